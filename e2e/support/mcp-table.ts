/** What a client may expect of a tool (contract §6): R reads only, D carries the destructive hint. `?` marks what may be left out. */
export type ToolRow = [hint: 'R' | 'D' | '', inputs: string];

const PAGE = 'page? limit?';
const EVALUATOR =
  'description? prompt? provider? model? modelParams? outputDefinition? sourceCode? sourceCodeLanguage? variableMapping?';
const PLACE = 'x? y? width? height?';
const PROMPT = 'name prompt labels? config? tags? commitMessage?';
const EXPERIMENTS = 'fields? limit? scoreLimit? cursor? fromStartTime toStartTime? datasetId? filter?';

/** The table of contract §6 without its tools for alerts, written down apart from the server's declarations. */
export const MCP_TABLE: Record<string, ToolRow> = {
  getPrompt: ['R', 'name label? version?'],
  getPromptUnresolved: ['R', 'name label? version?'],
  listPrompts: ['R', `name? label? tag? fromUpdatedAt? toUpdatedAt? ${PAGE}`],
  createTextPrompt: ['D', PROMPT],
  createChatPrompt: ['D', PROMPT],
  updatePromptLabels: ['D', 'name version newLabels'],
  listObservations: [
    'R',
    'fields? expandMetadataKeys? limit? cursor? type? name? userId? level? traceId? version? parentObservationId? isRootObservation? environment? fromStartTime? toStartTime? filter?',
  ],
  getObservation: ['R', 'observationId fields? expandMetadataKeys?'],
  getObservationFieldSchema: ['R', ''],
  getObservationFilterSchema: ['R', ''],
  getObservationFilterValues: [
    'R',
    'column fromStartTime? toStartTime? observationType? isRootObservation? hasParentObservation? limit? cursor?',
  ],
  getMetricsSchema: ['R', 'view?'],
  queryMetrics: ['R', 'view dimensions? metrics filters? timeDimension? fromTimestamp toTimestamp orderBy? config?'],
  createScore: [
    'D',
    'id? name value traceId? sessionId? datasetRunId? observationId? dataType? configId? comment? metadata? environment? queueId? source?',
  ],
  getScore: ['R', 'scoreId'],
  listScores: [
    'R',
    'limit? cursor? scoreIds? name? source? dataType? environment? configId? queueId? authorUserId? value? valueMin? valueMax? traceId? sessionId? observationId? experimentId? fromTimestamp? toTimestamp?',
  ],
  createScoreConfig: ['D', 'name dataType description? numericMinValue? numericMaxValue? categoricalCategories?'],
  updateScoreConfig: [
    'D',
    'configId name? dataType? description? numericMinValue? numericMaxValue? categoricalCategories? isArchived?',
  ],
  deleteScoreConfig: ['D', 'configId'],
  getScoreConfig: ['R', 'configId'],
  listScoreConfigs: ['R', PAGE],
  listDatasets: ['R', `name? ${PAGE}`],
  getDataset: ['R', 'datasetId'],
  upsertDataset: ['D', 'name id? description? metadata? inputSchema? expectedOutputSchema?'],
  listDatasetItems: ['R', `datasetId? sourceTraceId? sourceObservationId? version? ${PAGE}`],
  getDatasetItem: ['R', 'datasetItemId'],
  deleteDatasetItem: ['D', 'datasetItemId'],
  upsertDatasetItem: ['D', 'datasetId input? expectedOutput? metadata? id? sourceTraceId? sourceObservationId? status?'],
  listDatasetRuns: ['R', `datasetId ${PAGE}`],
  getDatasetRun: ['R', 'datasetId datasetRunId'],
  deleteDatasetRun: ['D', 'datasetId datasetRunId'],
  listDatasetRunItems: ['R', `datasetId datasetRunId ${PAGE}`],
  createDatasetRunItem: [
    '',
    'runName datasetItemId traceId? observationId? runDescription? metadata? datasetVersion? createdAt?',
  ],
  listExperiments: ['R', `${EXPERIMENTS} id? name?`],
  listExperimentItems: ['R', `${EXPERIMENTS} experimentId? experimentName? experimentItemId?`],
  createModel: [
    '',
    'modelName matchPattern startDate? unit inputPrice? outputPrice? totalPrice? pricingTiers? tokenizerId? tokenizerConfig?',
  ],
  getModel: ['R', 'modelId'],
  deleteModel: ['D', 'modelId'],
  listModels: ['R', PAGE],
  getMedia: ['R', 'mediaId'],
  listAnnotationQueues: ['R', PAGE],
  getAnnotationQueue: ['R', 'queueId'],
  createAnnotationQueue: ['', 'name description? scoreConfigIds'],
  listAnnotationQueueItems: ['R', `queueId status? ${PAGE}`],
  getAnnotationQueueItem: ['R', 'queueId itemId'],
  deleteAnnotationQueueItem: ['D', 'queueId itemId'],
  createAnnotationQueueItem: ['', 'queueId objectId objectType status?'],
  updateAnnotationQueueItem: ['D', 'queueId itemId status'],
  createAnnotationQueueAssignment: ['', 'queueId userId'],
  deleteAnnotationQueueAssignment: ['D', 'queueId userId'],
  createComment: ['', 'content objectId objectType authorUserId?'],
  getComment: ['R', 'commentId'],
  listComments: ['R', `objectType? objectId? authorUserId? ${PAGE}`],
  listManagedEvaluatorTemplates: ['R', 'search? category? type?'],
  listEvaluators: ['R', PAGE],
  getEvaluator: ['R', 'evaluatorId'],
  deleteEvaluator: ['D', 'evaluatorId'],
  createEvaluator: ['D', `name type ${EVALUATOR}`],
  updateEvaluator: ['D', `evaluatorId name? type? ${EVALUATOR}`],
  listEvaluationRules: ['R', `${PAGE} search? enabled? targetObjects? filter?`],
  getEvaluationRule: ['R', 'evaluationRuleId'],
  deleteEvaluationRule: ['D', 'evaluationRuleId'],
  createEvaluationRule: ['D', 'name enabled sampling filter? evaluatorAssignments'],
  updateEvaluationRule: ['D', 'evaluationRuleId name? enabled? sampling? filter? evaluatorAssignments?'],
  attachEvaluatorToEvaluationRule: ['D', 'evaluationRuleId evaluatorId variableMapping?'],
  detachEvaluatorFromEvaluationRule: ['D', 'evaluationRuleId evaluatorId'],
  listDashboards: ['R', PAGE],
  listDashboardWidgets: ['R', PAGE],
  getDashboard: ['R', 'dashboardId'],
  deleteDashboard: ['D', 'dashboardId'],
  createDashboard: ['D', 'name description? filters? definition?'],
  updateDashboard: ['D', 'dashboardId name? description? filters? definition?'],
  createDashboardWidget: ['D', 'name description? view dimensions metrics filters chartType chartConfig?'],
  getDashboardWidget: ['R', 'widgetId'],
  deleteDashboardWidget: ['D', 'widgetId'],
  updateDashboardWidget: ['D', 'widgetId name? description? view? dimensions? metrics? filters? chartType? chartConfig?'],
  addDashboardPlacement: ['D', `dashboardId type widgetId? presetId? id? ${PLACE}`],
  updateDashboardPlacement: ['D', `dashboardId placementId ${PLACE}`],
  deleteDashboardPlacement: ['D', 'dashboardId placementId'],
  submitFeedback: ['', 'targetType target feedback goal? referenceUrl?'],
  getHealth: ['R', 'failIfDatabaseUnavailable? failIfNoRecentEvents?'],
};

/** Our own reads. */
export const OWN_TOOLS: Record<string, ToolRow> = {
  searchTraces: ['R', 'query? filter? fromTimestamp? toTimestamp? orderBy? limit? cursor?'],
  getTrace: ['R', 'traceId maxTokens? maxChars?'],
};
