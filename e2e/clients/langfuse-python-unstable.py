"""`langfuse` 4 and 5 for Python: connections to models, evaluators, evaluation rules, dashboards and widgets over `api`."""
import json
import os
import sys

from langfuse import Langfuse
from langfuse.api import LlmAdapter
from langfuse.api.unstable.dashboard_widgets import (
    DashboardWidgetDimension,
    DashboardWidgetFilter,
    DashboardWidgetMetric,
)
from langfuse.api.unstable.dashboards import (
    CreateDashboardPlacementRequest_Preset,
    CreateDashboardPlacementRequest_Widget,
)
from langfuse.api.unstable.errors import ConflictError, NotFoundError

api = Langfuse(
    public_key=os.environ["LANGFUSE_PUBLIC_KEY"],
    secret_key=os.environ["LANGFUSE_SECRET_KEY"],
    host=os.environ["LANGFUSE_HOST"],
    tracing_enabled=False,
).api
out = {}


def read(value):
    """What a parsed answer holds, by the names of the wire."""
    return json.loads(value.json(by_alias=True))


def connections():
    made = api.llm_connections.upsert(
        provider="work", adapter=LlmAdapter.OPEN_AI, secret_key="sk-0123456789abcdef", custom_models=["own"], with_default_models=False
    )
    out["connection"] = read(made)
    out["connections"] = [each.provider for each in api.llm_connections.list().data]


def evaluation():
    from langfuse.api.unstable.commons import (
        EvaluationRuleFilter_StringOptions,
        EvaluationRuleMapping,
        EvaluatorModelConfig,
        EvaluatorOutputDefinition_Numeric,
        EvaluatorOutputFieldDefinition,
    )
    from langfuse.api.unstable.errors import BadRequestError, UnprocessableContentError
    from langfuse.api.unstable.evaluation_rules import (
        CodeEvaluationRuleEvaluatorReference,
        CreateCodeEvaluationRuleRequest,
        CreateLlmAsJudgeEvaluationRuleRequest,
        LlmAsJudgeEvaluationRuleEvaluatorReference,
    )
    from langfuse.api.unstable.evaluators import CreateEvaluatorRequest_Code, CreateEvaluatorRequest_LlmAsJudge

    def judge(model):
        return CreateEvaluatorRequest_LlmAsJudge(
            name="correctness",
            prompt="Judge {{output}} for {{input}}.",
            output_definition=EvaluatorOutputDefinition_Numeric(
                data_type="NUMERIC",
                reasoning=EvaluatorOutputFieldDefinition(description="why"),
                score=EvaluatorOutputFieldDefinition(description="from 0 to 1"),
            ),
            model_config_=EvaluatorModelConfig(provider="work", model=model),
        )

    evaluators, rules = api.unstable.evaluators, api.unstable.evaluation_rules
    try:
        evaluators.create(request=judge("gpt-none"))
    except UnprocessableContentError as error:
        out["unusable"] = [error.body.code.value, error.body.details.provider, error.body.details.model]
    first = evaluators.create(request=judge("own"))
    second = evaluators.create(request=judge("own"))
    code = evaluators.create(
        request=CreateEvaluatorRequest_Code(name="is json", source_code="def evaluate(ctx): ...", source_code_language="PYTHON")
    )
    out["evaluator"] = read(evaluators.get(second.id))
    out["evaluators"] = [[each.name, each.type, each.version, each.scope.value] for each in evaluators.list().data]
    out["sameId"] = first.id == second.id

    def rule(mapping):
        return CreateLlmAsJudgeEvaluationRuleRequest(
            name="live",
            evaluator=LlmAsJudgeEvaluationRuleEvaluatorReference(name="correctness", scope="project"),
            target="observation",
            enabled=True,
            sampling=0.5,
            filter=[EvaluationRuleFilter_StringOptions(column="type", operator="any of", value=["GENERATION"])],
            mapping=mapping,
        )

    mapping = [EvaluationRuleMapping(variable=name, source=name) for name in ("input", "output")]
    try:
        rules.create(request=rule(mapping[:1]))
    except BadRequestError as error:
        out["unmapped"] = [error.body.code.value, error.body.details.variables]
    live = rules.create(request=rule(mapping))
    checks = rules.create(
        request=CreateCodeEvaluationRuleRequest(
            name="checks",
            evaluator=CodeEvaluationRuleEvaluatorReference(name="is json", scope="project", type="code"),
            target="experiment",
            enabled=False,
        )
    )
    try:
        rules.create(request=rule(mapping))
    except ConflictError as error:
        out["taken"] = error.body.code.value
    out["rule"] = read(rules.update(live.id, sampling=1.0, enabled=False))
    out["rules"] = [[each.name, each.target.value, each.status.value, len(each.mapping)] for each in rules.list().data]
    out["used"] = evaluators.get(code.id).evaluation_rule_count
    try:
        evaluators.delete(code.id)
    except ConflictError as error:
        out["inUse"] = error.body.code.value
    out["deleted"] = [rules.delete(each).message for each in (live.id, checks.id)]
    out["deleted"] += [evaluators.delete(each).message for each in (second.id, code.id)]
    try:
        rules.get(live.id)
    except NotFoundError as error:
        out["gone"] = error.body.code.value


def boards():
    widgets, dashboards = api.unstable.dashboard_widgets, api.unstable.dashboards
    widget = widgets.create(
        name="Cost by model",
        view="observations",
        dimensions=[DashboardWidgetDimension(field="providedModelName")],
        metrics=[DashboardWidgetMetric(measure="totalCost", agg="sum")],
        filters=[DashboardWidgetFilter(column="environment", operator="any of", type="stringOptions", value=["production"])],
        chart_type="PIE",
    )
    out["widget"] = read(widgets.update(widget.id, name="Cost", chart_type="HORIZONTAL_BAR"))
    out["widgets"] = [each.name for each in widgets.list().data]
    board = dashboards.create(name="Board")
    first = dashboards.add_placement(board.id, request=CreateDashboardPlacementRequest_Widget(widget_id=widget.id))
    second = dashboards.add_placement(board.id, request=CreateDashboardPlacementRequest_Preset(preset_id="cost", width=12))
    out["moved"] = read(dashboards.update_placement(board.id, first.id, x=6))
    try:
        widgets.delete(widget.id)
    except ConflictError as error:
        out["placed"] = error.body.code.value
    whole = dashboards.get(board.id)
    again = dashboards.update(board.id, definition=whole.definition, description="all of it")
    out["board"] = read(again)
    out["boards"] = [each.name for each in dashboards.list().data]
    out["removed"] = [dashboards.delete_placement(board.id, each.id).message for each in (first, second)]
    out["removed"] += [widgets.delete(widget.id).message, dashboards.delete(board.id).message]


connections()
if "evaluation" in sys.argv:
    evaluation()
boards()
listed = api.llm_connections.list().data[0]
out["disconnected"] = api.llm_connections.delete(listed.id).message
print(json.dumps(out))
