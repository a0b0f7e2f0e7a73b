import Mustache

/// Every text of the pages that does not come from a workflow: English and Chinese, side by side.
enum Phrase: String, CaseIterable, Sendable {
    case product = "Silian | 四链"
    case tagline = "Workflows that last | 长周期流程"
    case skip = "Skip to the content | 跳到正文"
    case otherLanguage = "中文 | English"
    case signOut = "Sign out | 退出登录"
    case signIn = "Sign in | 登录"
    case board = "Board | 看板"
    case boards = "Workflows | 流程"
    case tasks = "Tasks | 任务"
    case notices = "Notices | 通知"
    case incidents = "Incidents | 异常"
    case cancelled = "Cancelled | 已取消"
    case active = "Active | 进行中"
    case suspended = "Suspended | 已暂停"
    case done = "Finished | 已结束"
    case open = "Open | 待领取"
    case claimed = "Claimed | 已领取"
    case submitted = "Submitted | 已提交"
    case waiting = "Waiting | 等待中"
    case leased = "Running | 执行中"
    case parked = "Parked | 已搁置"

    // Signing in
    case signInLead = "You sign in with a one-time link. | 使用一次性链接登录。"
    case signInHow =
        "Ask an administrator for one. On the server itself it is printed by this command: | 请向管理员索取。在服务器上，可用下面的命令生成："
    case signInExpires = "A link works once, for some minutes. | 链接仅可使用一次，数分钟内有效。"
    case signInConfirm = "This link signs you in on this device. | 此链接将在本设备上为您登录。"
    case signInContinue = "Continue | 继续"
    case signInSpent = "This link was used already or has expired. Ask for a new one. | 该链接已被使用或已过期，请重新索取。"

    // Board
    case boardEmpty = "Nothing here yet. | 暂无内容。"
    case boardEmptyHow = "Start the first one with the button above. | 点击上方按钮新建第一项。"
    case boardEmptyWait = "As soon as something is started, it appears here. | 新建后会显示在这里。"
    case boardMatchless = "Nothing fits this search. | 没有符合条件的内容。"
    case columnEmpty = "none | 无"
    case elsewhere = "Not in a stage | 未在阶段中"
    case startNew = "New | 新建"
    case search = "Search | 搜索"
    case searchHint = "Title, key, text | 标题、编号、文本"
    case listView = "List | 列表"
    case since = "since | 自"
    case anyStatus = "Any status | 全部状态"
    case status = "Status | 状态"
    case title = "Title | 标题"
    case keyLabel = "Key | 编号"
    case where_ = "Where | 当前环节"
    case changed = "Last change | 最近变动"
    case started = "Started | 开始时间"
    case nextPage = "Next page | 下一页"
    case firstPage = "First page | 回到首页"
    case boardCut = "Only the first cards are shown; the list has all. | 仅显示部分卡片，完整内容请看列表。"
    case workflowsEmpty = "No workflow is deployed yet. | 尚未部署流程。"
    case workflowsEmptyHow = "Deploy one on the command line: | 请在命令行部署："
    case version = "version | 版本"
    case moreFields = "More fields | 更多字段"
    case start = "Start | 开始"
    case startTitle = "New: {workflow} | 新建：{workflow}"
    case back = "Back | 返回"

    // Instance
    case whereNow = "Where it is now | 当前环节"
    case progress = "Progress | 进度"
    case possible = "What you can do | 可执行操作"
    case possibleNone = "There is nothing that you can send now. | 当前没有您可执行的操作。"
    case impossible = "Not possible at present | 当前不可执行的操作"
    case openTasks = "Open tasks | 待办任务"
    case openTask = "Open | 打开"
    case timers = "Timers | 定时"
    case due = "due | 到期"
    case jobs = "Machine work | 自动作业"
    case attempt = "attempt {n} | 第 {n} 次"
    case children = "Sub-processes | 子流程"
    case data = "Data | 数据"
    case dataEmpty = "no data | 无数据"
    case history = "History | 历史"
    case historyEarlier = "Earlier entries | 更早的记录"
    case historyLatest = "Latest entries | 最新记录"
    case partOf = "Part of | 所属流程"
    case startedBy = "Started by | 发起人"
    case administer = "Administer | 管理"
    case suspend = "Suspend | 暂停"
    case resume = "Resume | 恢复"
    case cancelInstance = "Cancel for good | 终止"
    case retryParked = "Try again | 重试"
    case skipParked = "Skip | 跳过"
    case incidentsOpen = "Something is stuck | 存在异常"
    case incidentsOpenHow =
        "Part of this process could not go on. An administrator can try it again or skip it. | 部分处理未能继续，管理员可重试或跳过。"
    case send = "Send | 提交"
    case whyForbidden = "Your roles may not do this. | 您的角色无权执行此操作。"
    case whyNotActive = "The process is not running at present. | 流程当前未在运行。"
    case whyNotHere = "It is not possible at this point of the process. | 当前环节不能执行此操作。"
    case whyGuard = "These conditions do not hold yet: | 以下条件尚未满足："
    case isValue = "is | 当前为"
    case system = "system | 系统"
    case yes = "yes | 是"
    case no = "no | 否"
    case details = "Details | 详情"
    case noState = "no active state | 无活动状态"

    // History
    case eventStarted = "Started | 开始"
    case eventClaimed = "Task claimed | 领取任务"
    case eventReleased = "Task released | 退回任务"
    case eventAssigned = "Task assigned | 转办任务"
    case eventSubmitted = "Task submitted | 提交任务"
    case eventDelegated = "Task delegated | 委派任务"
    case eventReturned = "Delegated task returned | 委派办结"
    case eventVoterAdded = "Voter added | 加签"
    case eventVoterRemoved = "Voter removed | 减签"
    case eventRecused = "Recused | 回避"
    case eventAbstained = "Abstained | 弃权"
    case eventWithdrawn = "Vote withdrawn | 撤回表决"
    case eventNudged = "Nudged | 催办"
    case eventTimer = "Time passed | 定时到期"
    case eventDone = "Work finished | 处理完成"
    case eventError = "Work failed | 处理失败"
    case eventSuspended = "Suspended | 暂停"
    case eventResumed = "Resumed | 恢复"
    case eventCancelled = "Cancelled | 终止"
    case eventResolved = "Incident resolved | 处理异常"
    case ignored = "took no effect | 未产生影响"

    // Confirmation
    case confirmTitle = "Please confirm | 请确认"
    case confirmLead = "“{event}” takes effect at once. Is this what you want? | “{event}”将立即生效，确定要执行吗？"
    case confirmYes = "Yes, do it | 确定"
    case confirmNo = "No, go back | 取消"
    case confirmCancel =
        "“{title}” will end here for good; this cannot be undone. | “{title}”将就此终止，且无法恢复。"

    // Tasks
    case tasksMine = "Yours | 我的任务"
    case tasksClaimable = "You can claim | 可领取"
    case tasksEmpty = "Nothing waits for you. | 没有待办任务。"
    case tasksEmptyHow = "Tasks that you or your roles may do appear here by themselves. | 分配给您或您所属角色的任务会自动出现在这里。"
    case tasksKeys = "Keys: j and k move, Enter opens. | 快捷键：j、k 移动，回车打开。"
    case claim = "Claim | 领取"
    case release = "Give back | 退回"
    case assign = "Hand over | 转办"
    case assignTo = "To whom (user name) | 转给（用户名）"
    case submit = "Submit | 提交"
    case taskBelongs = "Belongs to | 所属事项"
    case taskInput = "Given | 已知信息"
    case taskClosed = "This task is closed. | 该任务已关闭。"
    case taskOther = "{user} works on it. | {user} 正在处理。"
    case assignee = "Assignee | 办理人"
    case candidates = "Candidates | 候选人"
    case created = "Created | 创建时间"
    case outcome = "Outcome | 结果"
    case nobody = "nobody yet | 暂无"
    case decide = "Decide and submit | 选择结果并提交"
    case priority = "Priority | 优先级"

    // Notices, incidents
    case noticesEmpty = "No notices. | 没有通知。"
    case noticesEmptyHow =
        "Reminders and messages about your work appear here. | 与您的工作有关的提醒和消息会显示在这里。"
    case markRead = "Mark as read | 标为已读"
    case unread = "new | 未读"
    case incidentsEmpty = "Nothing is stuck. | 没有异常。"
    case incidentsEmptyHow =
        "Timers, jobs and messages that could not be processed would be listed here. | 无法处理的定时、作业和消息会列在这里。"
    case openedAt = "Since | 发生时间"
    case workflowLabel = "Workflow | 流程"
    case reason = "Reason | 原因"
    case job = "Job | 作业"

    // Forms
    case required = "required | 必填"
    case choose = "– choose – | – 请选择 –"
    case onePerLine = "One per line | 每行一项"
    case asJSON = "As JSON | JSON 格式"
    case missing = "Please fill this in. | 请填写此项。"
    case fixErrors = "Please check the marked fields. | 请检查标出的字段。"

    // Flash
    case flashStarted = "Started. | 已新建。"
    case flashSent = "Done. | 操作成功。"
    case flashClaimed = "The task is yours. | 已领取任务。"
    case flashReleased = "The task was given back. | 已退回任务。"
    case flashAssigned = "The task was handed over. | 已转办任务。"
    case flashSubmitted = "Submitted. | 已提交。"
    case flashResolved = "Put right; processing goes on. | 已处理，流程继续。"

    // Problems
    case problemInvalid = "The data does not fit | 数据不符合要求"
    case problemNotFound = "Not found | 未找到"
    case problemForbidden = "Not allowed | 无权操作"
    case problemUnauthorized = "Sign in first | 请先登录"
    case problemRefused = "Not possible now | 当前不可执行"
    case problemPrecondition = "It has changed in the meantime | 内容已被更新"
    case problemTooLarge = "Too large | 内容过大"
    case problemTooMany = "Too many requests | 请求过于频繁"
    case problemFailed = "It could not be carried out; nothing changed | 未能执行，未作任何更改"
    case problemUnavailable = "Not available just now | 暂时不可用"
    case problemInternal = "An error of ours | 系统错误"
    case problemBadRequest = "The request cannot be understood | 无法理解该请求"
    case problemJSON = "The body is not valid JSON | 请求内容不是有效的 JSON"
    case problemMediaType = "This kind of content is not taken here | 不支持该内容类型"
    case problemMethod = "Not a method of this address | 该地址不支持此方法"
    case tryAgain = "Try again in a moment. | 请稍后再试。"
    case home = "To the start page | 返回首页"

    func text(in language: Language) -> String { PhraseBook.texts[self]?[language] ?? "" }

    /// With `{name}` filled in.
    func text(in language: Language, _ values: [String: String]) -> String {
        values.reduce(self.text(in: language)) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}

/// The phrases in one language, as templates see them: `{{t.signIn}}`.
struct PhraseBook: Sendable, MustacheParent {
    let language: Language

    func child(named name: String) -> Any? { Self.byName[name]?.text(in: self.language) }

    static let byName = Dictionary(
        Phrase.allCases.map { (String(describing: $0), $0) }, uniquingKeysWith: { first, _ in first })

    fileprivate static let texts: [Phrase: [Language: String]] = Dictionary(
        uniqueKeysWithValues: Phrase.allCases.map { phrase in
            let halves = phrase.rawValue.split(separator: "|", maxSplits: 1).map { $0.trimmingWhitespace() }
            return (phrase, [.en: halves.first ?? "", .zh: halves.last ?? ""])
        })
}
