/// Workflows in which people take part.
enum Samples {
    static let roles = """
        workflow: review
        access: {read: {roles: [reader], starter: true, users: context.friend}}
        context: {friend: null, score: 0}
        search: [score]
        events: {ask: {for: {roles: [pm]}}}
        initial: draft
        states:
          draft:
            tags: [early]
            on: {ask: {target: review, actions: [{notify: {to: {roles: [director]}, subject: "Review"}}]}}
          review:
            invoke:
              id: panel
              src: human
              title: {en: Review it, zh: 审阅}
              candidates: {roles: [expert]}
              onDone: {target: end}
          end: {type: final}
        """

    static let work = """
        workflow: work
        context: {n: 0, code: ''}
        initial: a
        states:
          a:
            invoke:
              id: job
              src: worker
              topic: things
              retry: {attempts: 2, first: PT0S, jitter: 0}
              input: {x: 1}
              onDone: {target: b, actions: [{assign: {n: event.data.n}}]}
              onError: {target: failed, actions: [{assign: {code: event.data.code}}]}
          b: {}
          failed: {}
        """

    /// Nobody handles the error.
    static let fragile = """
        workflow: fragile
        initial: a
        states:
          a:
            invoke: {id: job, src: worker, topic: things, retry: {attempts: 1}, onDone: b}
          b: {}
        """
}
