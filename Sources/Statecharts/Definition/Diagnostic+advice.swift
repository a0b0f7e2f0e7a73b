import Values

extension Diagnostic {
    /// What is said of every diagnostic of a code, beside its own message.
    struct Advice: Sendable {
        /// What can be done about it, where the place itself suggests nothing better.
        var hint: Message
        /// What is wrong, in Chinese: a sentence.
        var chinese: String

        init(_ hint: Message, _ chinese: String) {
            self.hint = hint
            self.chinese = chinese
        }
    }

    /// What is wrong in general, in a language other than English, in which the message is; nil in others.
    public func summary(in language: String) -> String? {
        language == "zh" ? Self.advice[self.code]?.chinese : nil
    }

    /// By code; every code has an entry, as it has a page in `docs/diagnostics`.
    static let advice: [String: Advice] = [
        "action-cycle": Advice("take the name out of its own list", "动作直接或间接包含了自身，永远执行不完。"),
        "always-cycle": Advice("give one of them a guard", "无事件转移（always）绕回原处且必然发生，步骤永远停不下来。"),
        "ambiguous-target": Advice("give one an 'id' and write \"#id\"", "这个目标既可能是同级状态，也可能是从根开始的路径，无法确定。"),
        "argument-count": Advice("look the function up under \"Functions\" in docs/language", "函数的参数个数不对。"),
        "assign-context": Advice("leave 'context.' out", "assign 的路径本来就相对于 context，不要再写 context. 前缀。"),
        "assign-path": Advice("write names joined by dots, such as 'customer.name'", "assign 的路径不是用点连接的名字。"),
        "assign-type": Advice("change the expression or the schema", "赋的值不符合 context 的 schema。"),
        "bad-delay": Advice("write P3D, PT15M, '5 workdays' or a name from 'delays'", "这不是可用的时长。"),
        "bare-number-delay": Advice("write a unit: PT15M, P3D, '5 workdays'", "时长缺少单位。"),
        "cel-type": Advice("string(x), int(x) and double(x) convert", "表达式的类型有误，运行时必定失败。"),
        "child-input": Advice("change 'input', or the schema of the child", "传给子流程的 input 不符合它的 schema，子流程无法开始。"),
        "closed-schema": Advice(
            "add it to 'properties' of the schema, or correct the name",
            "context 的 schema 不允许这个成员。"),
        "dead-end": Advice("is it an end? then its type is final", "从这个状态出发到不了任何终态。"),
        "dead-end-together": Advice("one of the regions needs a way out", "这些状态同时处于活动时，到不了任何终态。"),
        "default-value": Advice("change the default or the schema", "默认值不符合 context 的 schema。"),
        "delay-cycle": Advice("give one of them a duration of its own", "时长的定义引用了自身。"),
        "duplicate-id": Advice("give each an id of its own", "同一个 id 用了两次。"),
        "duplicate-key": Advice("merge the two, or rename one", "同一个键写了两次。"),
        "duplicate-path": Advice("rename one of the states", "两个状态的路径相同。"),
        "duplicate-search": Advice("remove one of them", "同一条搜索路径列了两次。"),
        "empty": Advice("begin with 'workflow: my-process'", "文件里没有任何定义。"),
        "empty-target": Advice("name a state, or leave 'target' out", "目标列表是空的。"),
        "event-name": Advice("words joined by dots: 'order.paid'", "事件名不合规则。"),
        "expected-action": Advice(
            "a name from 'actions', or one of assign, raise, send, cancel, notify, emit, log, forEach, if",
            "此处应当是一个动作。"),
        "expected-boolean": Advice("write true or false; yes and on are strings in YAML 1.2", "此处应当是 true 或 false。"),
        "expected-expression": Advice("write the whole expression as one string", "此处应当是一个 CEL 表达式（字符串）。"),
        "expected-integer": Advice("write a whole number within the range", "此处应当是范围内的整数。"),
        "expected-map": Advice("is the indentation right?", "此处应当是键值映射，请检查缩进。"),
        "expected-number": Advice("write a number within the range", "此处应当是范围内的数。"),
        "expected-string": Advice("write one word or a quoted text", "此处应当是字符串。"),
        "expected-text": Advice("write a string, or {en: …, zh: …}", "此处应当是文本，或按语言区分的文本。"),
        "expression-syntax": Advice("expressions are CEL: https://cel.dev", "CEL 表达式有语法错误，或调用了不存在的函数。"),
        "guard-never-true": Advice("correct the comparison, or remove the transition", "这个条件永远不会成立，对应的转移不会发生。"),
        "history-cycle": Advice("let one of them lead to a state", "历史状态的默认目标又绕回它自己，无从开始。"),
        "illegal-target": Advice("name a state that can be active there", "这个目标状态不能从这里进入。"),
        "key-not-string": Advice("quote the key", "键必须是字符串。"),
        "language-tag": Advice("a text is a string, or a map such as {en: …, zh: …}", "语言标签不合规则。"),
        "let-cycle": Advice("give one of them a value of its own", "let 中的名字互相引用，没有尽头。"),
        "let-name": Advice("letters, digits and underscores, and no word that has a meaning", "let 中的名字不合规则，或已有含义。"),
        "limit-actions": Advice("divide the workflow: a part can be a child workflow", "动作太多。"),
        "limit-actors": Advice("divide the workflow: a part can be a child workflow", "actors 太多。"),
        "limit-aliases": Advice("keys are strings; write them out", "键中的别名太多。"),
        "limit-bytes": Advice("divide the workflow: a part can be a child workflow", "文件太大。"),
        "limit-delay-terms": Advice("write the sum in fewer terms: P1D + P1D is P2D", "时长的项太多。"),
        "limit-delays": Advice("divide the workflow: a part can be a child workflow", "delays 太多。"),
        "limit-depth": Advice("is the indentation right? such depth is seldom meant", "嵌套太深。"),
        "limit-invocations": Advice("divide the workflow: a part can be a child workflow", "调用太多。"),
        "limit-let-depth": Advice("write what the innermost names stand for in their place", "let 中的名字层层引用得太深。"),
        "limit-let": Advice("divide the workflow: a part can be a child workflow", "let 中的名字太多。"),
        "limit-nodes": Advice("use fewer aliases, or divide the workflow", "展开别名后内容太多。"),
        "limit-patterns": Advice("use fewer patterns, or smaller counts in '{ }'", "模式里的正则太多、太大。"),
        "limit-reminders": Advice("use 'repeat' in one reminder", "提醒太多。"),
        "limit-state-depth": Advice("make a child workflow of the inner states", "状态嵌套太深。"),
        "limit-states": Advice("divide the workflow: a part can be a child workflow", "状态太多。"),
        "limit-text-parts": Advice("compute the text in 'let'", "一段文本里的 ${ } 太多。"),
        "limit-transitions": Advice("divide the workflow: a part can be a child workflow", "转移太多。"),
        "loop-name": Advice("letters, digits and underscores, and no word that has a meaning", "循环变量的名字不合规则，或已有含义。"),
        "merge-not-map": Advice("write '<<: *name' with the name of a map", "<< 只能合并映射。"),
        "misplaced-key": Advice("remove the key, or change the state's type", "这种状态不能有这个键。"),
        "missing-key": Advice("add the key", "缺少必需的键。"),
        "needs-due": Advice("add 'due', or remove this key", "没有 due，截止时间相关的设置不起作用。"),
        "never-done": Advice("a state that ends it has type: final", "这个状态永远不会完成，onDone 不会发生。"),
        "never-equal": Advice("correct the text, or add it to 'enum' or 'outcomes'", "这个比较的结果永远相同：声明的取值里没有这个文本。"),
        "never-raised": Advice("correct the name in the event", "没有任何东西会产生这个事件。"),
        "never-selected": Advice("give the other transition a guard, or remove this one", "这个转移永远不会被选中。"),
        "never-taken": Advice("put the narrower guard first", "这个转移永远不会发生：前面的总是先满足。"),
        "no-end": Advice("give a state at the top type: final", "流程没有能到达的终态，实例永远不会结束。"),
        "no-initial": Advice("add a state in it", "复合状态里没有可以开始的状态。"),
        "no-regions": Advice("add a state for each region", "并行状态里没有区域。"),
        "nobody": Advice(
            "name roles, users, or {starter: true}",
            "没有指定人员：任务因此对所有已登录用户开放，其他地方则不指任何人。"),
        "not-a-map": Advice("begin with 'workflow: my-process'", "定义的顶层应当是键值映射。"),
        "nothing-happens": Advice("is it an end? then its type is final", "进入这个状态后不会再发生任何事。"),
        "null-value": Advice("did '#' start a comment? quote it: \"#id\"", "键后面是空的，可能是 # 被当成了注释。"),
        "number-range": Advice("write it as a string, or make it smaller", "数值超出可保存的范围。"),
        "odd-one-out": Advice(
            "copy it from one of the others, or give this state another key",
            "同名的状态都有这一项，唯独这里没有，可能漏写了。"),
        "older-content": Advice(
            "deploy changed content, or move the alias latest",
            "内容与另一个版本相同，而 latest 指的不是它；没有部署新版本。"),
        "parallel-into-region": Advice("let a transition in the region do it", "并行状态转移到自己的区域，会使所有区域重新进入。"),
        "reachability-bound": Advice(
            "fewer parallel regions, or regions in child workflows, are looked at completely",
            "状态组合太多，只能逐个区域检查可达性。"),
        "redundant-transition": Advice("is one of their targets wrong?", "去掉这个转移结果也一样，可能其中一个目标写错了。"),
        "reminder-after-due": Advice("remind before the due date", "提醒在 onDue 离开状态之后，永远不会发出。"),
        "reminder-never": Advice("make 'before' shorter than 'due'", "提醒时间总是已经过去，永远不会发出。"),
        "reminder-time": Advice("write {before: 2 workdays} or {after: 1 workday}", "提醒要有 before 或 after 之一。"),
        "reserved-event": Advice("choose another name", "这个事件名保留给引擎使用。"),
        "retry-without-on-error": Advice("add 'onError', or it becomes an incident", "没有处理失败的转移，用尽重试后会成为异常事件。"),
        "role-slip": Advice("correct it, if the other one was meant", "这个角色只在这里出现，很像另一个角色的笔误。"),
        "root-kind": Advice("remove 'type', or make it parallel", "流程本身不能是终态或历史状态。"),
        "schema": Advice("look the keyword up in JSON Schema 2020-12", "JSON Schema 有误。"),
        "search-path": Advice("write names joined by dots, without 'context.'", "搜索路径不合规则。"),
        "second-document": Advice("put it into a file of its own", "一个文件只能有一个 YAML 文档。"),
        "several-actions": Advice("begin a new item with '-' for each", "一项里写了多个动作，请每个动作各占一项。"),
        "shallow-keep": Advice("write history: deep", "keep 只能用于深历史。"),
        "state-key": Advice("letters, digits, underscores and hyphens", "状态的键不合规则。"),
        "tag": Advice("quote the value", "不能使用 YAML 标签；以 ! 开头的表达式要加引号。"),
        "target-namesake": Advice("is the target wrong?", "转移没有去往与事件或选项同名的状态，目标可能写错了。"),
        "text-syntax": Advice("add the closing brace", "文本中的 ${ 没有闭合。"),
        "timeout-without-on-error": Advice("add 'onError', or it becomes an incident", "没有处理超时的转移，超时会成为异常事件。"),
        "undeclared-event": Advice("declare it under 'events', or correct the name", "这个事件没有在 events 中声明，谁也发不出。"),
        "undecided-vote": Advice(
            "end 'onDone' with a transition without a guard, or one for event.data.outcome == null",
            "表决可能没有结果（outcome 为 null），没有转移处理这种情况。"),
        "unhandled-outcome": Advice("who answers so is refused; add a transition to 'onDone'", "没有转移处理这个选项，选择它的人会被拒绝。"),
        "unheard-event": Advice("add a transition, or correct the name", "这个事件没有任何转移在等它。"),
        "unheard-result": Advice("add 'onDone' to it, or to the state", "任务完成后什么也不会发生。"),
        "unknown-action": Advice("declare it under 'actions', or correct the name", "没有这个动作。"),
        "unknown-actor": Advice("declare it under 'actors', or correct the name", "actors 中没有这个名字。"),
        "unknown-calendar": Advice(
            "correct the name; without 'calendar' working days are counted from Monday to Friday",
            "服务器上没有这个日历。"),
        "unknown-delay": Advice("declare it under 'delays', or correct the name", "delays 中没有这个名字。"),
        "unknown-field": Advice("add it to the schema, or correct the name", "没有任何地方给出这个成员。"),
        "unknown-invocation": Advice("correct the id", "没有这个 id 的调用。"),
        "unknown-key": Advice("correct the key, or remove it", "这里没有这个键。"),
        "unknown-keyword": Advice("use one of the known words", "这里只能用规定的几个词。"),
        "unknown-name": Advice("a literal string has quotes of its own: \"'draft'\"", "表达式里的名字不存在；字符串要另加引号。"),
        "unknown-outcome": Advice("use one of 'outcomes'", "任务没有这个选项。"),
        "unknown-source": Advice(
            "human, worker, workflow, a built-in topic, or a name from 'actors'",
            "src 不是已知的工作来源。"),
        "unknown-state": Advice("write the path from the root, or \"#id\"", "没有这个状态。"),
        "unknown-tag": Advice("add it to 'tags' of a state, or correct the name", "没有状态带有这个标签。"),
        "unknown-target": Advice("write a sibling's key, a path from the root, or \"#id\"", "目标状态不存在。"),
        "unknown-timer": Advice("correct the id", "没有这个 id 的定时事件可取消。"),
        "unknown-version": Advice("name a version that is deployed, or leave 'version' out", "被调用的流程没有这个版本。"),
        "unknown-workflow": Advice(
            "deploy it together with this one: silian deploy a.yaml b.yaml", "被调用的流程没有部署，也不在这次一起部署的流程中。"),
        "unreachable-state": Advice("add a transition to it, or remove it", "没有任何途径能进入这个状态。"),
        "unread-field": Advice("is another name meant?", "赋了值却没有地方读取，名字可能写错了。"),
        "unstorable-string": Advice("remove U+0000", "字符串含有无法保存的字符 U+0000。"),
        "unused-declaration": Advice("remove it, or use it", "声明了却没有地方使用。"),
        "unused-event": Advice("add a transition, or remove the declaration", "没有转移在等这个事件。"),
        "unused-history": Advice("add a transition to it, or remove it", "没有转移以这个历史状态为目标。"),
        "useless-keyword": Advice("write the keyword of that type, or remove it", "这个关键字对所写的类型不起作用，什么也不限制。"),
        "useless-reenter": Advice("remove 'reenter', or name a target", "没有目标时 reenter 不起作用。"),
        "vacant-role": Advice(
            "give it to somebody: silian users NAME --roles …; until then only the first administrator has it",
            "还没有用户拥有这个角色。"),
        "vote-assignee": Advice("write candidates instead of 'assignee'", "表决由候选人参加，不能指定单个办理人。"),
        "vote-seats": Advice("ask for at most as many as 'of' says", "要求的票数多于席位，表决还没开始就已结束。"),
        "workflow-id": Advice("lower-case letters, digits and hyphens, beginning with a letter", "流程 id 不合规则。"),
        "yaml-syntax": Advice("are indentation, quotes and brackets right?", "文件不是合法的 YAML。"),
    ]
}
