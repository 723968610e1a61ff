from incidents.models import Case


def test_the_cast_stands_and_a_stranger_sees_nothing_of_it(cast):
    case = cast.case()
    assert Case.objects.visible_to(cast.manager).get() == case
    assert not Case.objects.visible_to(cast.stranger).exists()
    assert not Case.objects.visible_to(cast.neighbour).exists()
    assert not Case.objects.visible_to(cast.worker_user).exists()
    assert case.reference.startswith("SP-")
