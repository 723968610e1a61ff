"""Addresses of the two tracks, the plan, the worker's own page and the library."""

from django.urls import URLPattern, URLResolver, path

from remediation.views import capability, learning, library, my, plan, plan_parts

urlpatterns: list[URLPattern | URLResolver] = [
    # The learning response
    path("cases/<uuid:pk>/learning/", learning.section, name="case-learning"),
    path("cases/<uuid:pk>/learning/write/", learning.write, name="learning-write"),
    path("cases/<uuid:pk>/learning/weak/", learning.accept_weak, name="learning-weak"),
    path("cases/<uuid:pk>/learning/finish/", learning.finish, name="learning-finish"),
    path("cases/<uuid:pk>/learning/reopen/", learning.reopen, name="learning-reopen"),
    path("causes/<uuid:pk>/", learning.cause, name="cause"),
    path("causes/<uuid:pk>/evidence/", learning.add_evidence, name="cause-evidence"),
    path("causes/<uuid:pk>/finding/", learning.find, name="cause-find"),
    path("causes/<uuid:pk>/live/", learning.settle, name="cause-live"),
    path("causes/<uuid:pk>/action/", learning.add_action, name="action-new"),
    path("actions/<uuid:pk>/", learning.action, name="action"),
    path("actions/<uuid:pk>/done/", learning.action_done, name="action-done"),
    path("actions/<uuid:pk>/effect/", learning.action_effect, name="action-effect"),
    path("actions/<uuid:pk>/date/", learning.action_due, name="action-due"),
    # The capability response
    path("cases/<uuid:pk>/capability/", capability.section, name="case-capability"),
    path("capability/<uuid:pk>/", capability.response, name="capability"),
    path("capability/<uuid:pk>/none/", capability.no_concern, name="capability-none"),
    path("capability/<uuid:pk>/told/", capability.tell, name="capability-tell"),
    path("capability/<uuid:pk>/reflection/", capability.trail, name="capability-trail"),
    path("capability/<uuid:pk>/reflection/hand-in/", capability.submit_trail, name="capability-trail-submit"),
    path("capability/<uuid:pk>/discussion/", capability.discuss, name="capability-discuss"),
    path("capability/<uuid:pk>/route/", capability.route, name="capability-route"),
    path("capability/<uuid:pk>/support/", capability.support, name="capability-support"),
    path("capability/<uuid:pk>/coaching/", capability.coaching, name="capability-coaching"),
    path("capability/<uuid:pk>/invite/", capability.invite, name="reply-invite"),
    path("capability/<uuid:pk>/outcome/", capability.outcome, name="capability-outcome"),
    path("capability/<uuid:pk>/plan/", plan.new, name="plan-new"),
    path("replies/<uuid:pk>/", capability.reply, name="reply"),
    # The worker's own page
    path("my/", my.my_plan, name="my-plan"),
    path("my/replies/<uuid:pk>/", my.my_reply, name="my-reply"),
    *my.Reflection.urls("my/reflection/<uuid:pk>/"),
    # The plan
    path("cases/<uuid:pk>/plans/", plan.section, name="case-plans"),
    path("plans/<uuid:pk>/", plan.plan, name="plan"),
    path("plans/<uuid:pk>/gap/", plan.gap, name="plan-gap"),
    path("plans/<uuid:pk>/statement/", plan.statement, name="plan-statement"),
    path("plans/<uuid:pk>/support/", plan.support, name="plan-support"),
    path("plans/<uuid:pk>/tasks/", plan.tasks, name="plan-tasks"),
    path("plans/<uuid:pk>/start/", plan.start, name="plan-start"),
    path("plans/<uuid:pk>/end/", plan.end, name="plan-end"),
    path("plans/<uuid:pk>/learning/", plan_parts.add_learning, name="plan-learning-new"),
    path("plans/<uuid:pk>/tests/", plan_parts.add_test, name="plan-test-new"),
    path("plans/<uuid:pk>/reviews/", plan.add_review, name="plan-review-new"),
    path("plan-learning/<uuid:pk>/", plan_parts.edit_learning, name="plan-learning-edit"),
    path("plan-learning/<uuid:pk>/remove/", plan_parts.remove_learning, name="plan-learning-remove"),
    path("plan-learning/<uuid:pk>/done/", plan_parts.learning_done, name="plan-learning-done"),
    path("plan-learning/<uuid:pk>/date/", plan_parts.learning_due, name="plan-learning-due"),
    path("plan-tests/<uuid:pk>/", plan_parts.edit_test, name="plan-test-edit"),
    path("plan-tests/<uuid:pk>/withdraw/", plan_parts.withdraw_test, name="plan-test-withdraw"),
    path("plan-tests/<uuid:pk>/date/", plan_parts.test_due, name="plan-test-due"),
    path("plan-reviews/<uuid:pk>/", plan_parts.hold_review, name="plan-review-hold"),
    path("plan-reviews/<uuid:pk>/remove/", plan_parts.remove_review, name="plan-review-remove"),
    path("plan-reviews/<uuid:pk>/date/", plan_parts.review_due, name="plan-review-due"),
    # The library
    path("library/", library.library, name="library"),
    path("library/<uuid:pk>/", library.entry, name="library-entry"),
    path("library/<uuid:pk>/change/", library.edit, name="library-edit"),
]
