/// Workflows of many kinds, in which mistakes are made.
enum MutationCorpus {
    static let all: [(name: String, text: String)] = [
        ("leave", Self.leave), ("purchase", Self.purchase), ("contract", Self.contract), ("incident", Self.incident),
        ("onboarding", Self.onboarding), ("article", Self.article),
    ]

    static let leave = """
        workflow: leave
        title: {en: Leave, zh: 请假}
        schema:
          type: object
          required: [days]
          additionalProperties: false
          properties:
            days: {type: integer, minimum: 1, maximum: 60}
            kind: {enum: [annual, sick, unpaid]}
            remarks: {type: string, maxLength: 500}
            returns: {type: integer, minimum: 0}
        context: {kind: annual, returns: 0, remarks: ""}
        search: [days, kind]
        access: {start: {roles: [employee]}}
        events:
          leave.submitted: {title: {en: Submit, zh: 提交}, for: {starter: true, roles: [employee]}}
          leave.withdrawn: {title: {en: Withdraw, zh: 撤回}, for: {starter: true, roles: [employee]}, confirm: true}
        let:
          isLong: context.days > 5
        initial: draft
        states:
          draft:
            on:
              leave.submitted:
                - guard: isLong && context.kind != "sick"
                  target: director
                - target: manager
              leave.withdrawn: withdrawn
          manager:
            invoke:
              id: manage
              src: human
              title: {en: "Leave of ${context.days} days", zh: "请假${context.days}天"}
              candidates: {roles: [manager]}
              form:
                type: object
                properties: {remarks: {type: string, maxLength: 500}}
              outcomes:
                agree: {title: {en: Agree, zh: 同意}}
                forward: {title: {en: Forward, zh: 转呈}}
                return: {title: {en: Return, zh: 退回}}
              onDone:
                - guard: event.data.outcome == "agree"
                  target: granted
                - guard: event.data.outcome == "forward"
                  target: director
                - guard: event.data.outcome == "return" && context.returns < 3
                  target: draft
                  actions:
                    - assign: {returns: context.returns + 1}
            on:
              leave.withdrawn: withdrawn
            after:
              2 workdays:
                actions:
                  - notify: {to: {roles: [manager]}, subject: "Leave waits: ${context.days}"}
              5 workdays: director
          director:
            invoke:
              id: direct
              src: human
              title: Decide on long leave
              candidates: {roles: [director]}
              outcomes: {agree: {}, refuse: {}}
              onDone:
                - guard: event.data.outcome == "agree"
                  target: granted
                - guard: event.data.outcome == "refuse"
                  target: refused
            on:
              leave.withdrawn: withdrawn
          granted:
            type: final
            output: {result: "'granted'", days: context.days}
          refused: {type: final}
          withdrawn: {type: final}

        """

    static let purchase = """
        workflow: purchase
        title: {en: Purchase, zh: 采购}
        schema:
          type: object
          required: [item, amount]
          properties:
            item: {type: string, minLength: 2, maxLength: 200}
            amount: {type: number, minimum: 0, maximum: 1000000}
            supplier: {type: string}
            offers: {type: integer, minimum: 0}
            orderNumber: {type: string}
            invoiceAmount: {type: number, minimum: 0, maximum: 2000000}
        context: {offers: 0, invoiceAmount: 0, supplier: "", orderNumber: ""}
        events:
          offer.received:
            for: {roles: [buyer]}
            schema:
              type: object
              required: [supplier, amount]
              properties:
                supplier: {type: string, minLength: 1}
                amount: {type: number, minimum: 0, maximum: 1000000}
          offers.closed: {for: {roles: [buyer]}}
          invoice.entered:
            for: {roles: [accountant]}
            schema:
              type: object
              required: [amount]
              properties: {amount: {type: number, minimum: 0, maximum: 2000000}}
          goods.received: {for: {roles: [storekeeper]}}
          purchase.stopped: {for: {roles: [buyer, controller]}, confirm: true}
        delays:
          patience: P14D
        actions:
          warnBuyer:
            - notify:
                to: {roles: [buyer]}
                subject: {en: "Nothing has come: ${context.item}", zh: "尚未到货：${context.item}"}
        states:
          collecting:
            on:
              offer.received:
                guard: context.offers < 10
                actions:
                  - assign:
                      offers: context.offers + 1
                      supplier: event.data.supplier
                      amount: event.data.amount
              offers.closed:
                - guard: context.offers >= 3 && context.amount >= 50000.0
                  target: checks
                - guard: context.offers >= 1 && context.amount < 50000.0
                  target: ordering
              purchase.stopped: stopped
          checks:
            type: parallel
            states:
              budget:
                states:
                  checking:
                    invoke:
                      id: budget
                      src: human
                      title: Is there money?
                      candidates: {roles: [controller]}
                      outcomes: {yes: {}, no: {}}
                      onDone:
                        - guard: event.data.outcome == "yes"
                          target: covered
                        - guard: event.data.outcome == "no"
                          target: stopped
                  covered: {type: final}
              technics:
                states:
                  checking:
                    invoke:
                      id: technics
                      src: human
                      title: Does it fit?
                      candidates: {roles: [engineer]}
                      outcomes: {fits: {}, again: {}}
                      onDone:
                        - guard: event.data.outcome == "fits"
                          target: fitting
                        - guard: event.data.outcome == "again"
                          target: collecting
                  fitting: {type: final}
            onDone: ordering
            on:
              purchase.stopped: stopped
          ordering:
            invoke:
              id: order
              src: worker
              topic: order
              input: {item: context.item, supplier: context.supplier, amount: context.amount}
              retry: {attempts: 3, first: PT30S, factor: 2}
              timeout: PT2H
              onDone:
                target: delivery
                actions: [{assign: {orderNumber: 'event.data.?number.orValue("")'}}]
              onError: byHand
          byHand:
            invoke:
              id: orderByHand
              src: human
              title: Order by hand
              candidates: {roles: [buyer]}
              onDone: delivery
          delivery:
            type: parallel
            states:
              goods:
                states:
                  waiting:
                    on:
                      goods.received: arrived
                    after:
                      patience: {actions: warnBuyer}
                  arrived: {type: final}
              invoice:
                states:
                  waiting:
                    on:
                      invoice.entered:
                        - guard: event.data.amount <= context.amount
                          target: entered
                          actions: [{assign: {invoiceAmount: event.data.amount}}]
                        - target: disputed
                  disputed:
                    invoke:
                      id: dispute
                      src: human
                      title: Settle the difference
                      candidates: {roles: [accountant]}
                      outcomes: {pay: {}, reject: {}}
                      onDone:
                        - guard: event.data.outcome == "pay"
                          target: entered
                        - guard: event.data.outcome == "reject"
                          target: waiting
                  entered: {type: final}
            onDone: closed
          closed: {type: final, output: {order: context.orderNumber, paid: context.invoiceAmount}}
          stopped: {type: final}

        """

    static let contract = """
        workflow: contract
        schema:
          type: object
          required: [partner]
          properties:
            partner: {type: string, minLength: 1}
            value: {type: number, minimum: 0, maximum: 10000000}
            round: {type: integer, minimum: 0, maximum: 20}
            risk: {enum: [low, middle, high]}
        context: {value: 0, round: 0, risk: low}
        events:
          draft.finished:
            for: {roles: [clerk]}
            schema:
              type: object
              required: [risk]
              properties: {risk: {enum: [low, middle, high]}}
          partner.signed: {for: {roles: [clerk]}}
          partner.objected: {for: {roles: [clerk]}}
          held: {for: {roles: [lawyer, head]}}
          resumed: {for: {roles: [lawyer, head]}}
          ended: {for: {roles: [head]}}
        initial: open
        states:
          open:
            initial: drafting
            on:
              held: paused
              ended: abandoned
            states:
              paper:
                history: shallow
                target: drafting
              review:
                always:
                  - guard: context.risk == "low"
                    target: signing
                invoke:
                  id: review
                  src: human
                  title: "Review for ${context.partner}"
                  candidates: {roles: [lawyer]}
                  outcomes: {sound: {}, unsound: {}}
                  onDone:
                    - guard: event.data.outcome == "sound"
                      target: signing
                    - guard: event.data.outcome == "unsound"
                      target: drafting
              drafting:
                entry:
                  - assign: {round: context.round + 1}
                on:
                  draft.finished:
                    guard: context.round <= 10
                    target: review
                    actions:
                      - assign: {risk: event.data.risk}
              signing:
                on:
                  partner.signed: signed
                  partner.objected: {target: drafting, guard: context.round < 10}
                after:
                  P30D:
                    actions:
                      - notify: {to: {roles: [clerk]}, subject: "No signature from ${context.partner}"}
                  P90D: abandoned
              signed: {type: final}
            onDone: filing
          paused:
            on:
              resumed: open.paper
              ended: abandoned
          filing:
            invoke:
              src: workflow
              workflow: archive
              input: {partner: context.partner, value: context.value}
              onDone: done
              onError: byHand
          byHand:
            invoke:
              id: file
              src: human
              title: File the contract by hand
              candidates: {roles: [clerk]}
              onDone: done
          done: {type: final}
          abandoned: {type: final}

        """

    static let incident = """
        workflow: incident
        title: {en: Incident, zh: 故障}
        schema:
          type: object
          required: [severity]
          properties:
            severity: {type: integer, minimum: 1, maximum: 4}
            service: {type: string}
            attempts: {type: integer, minimum: 0}
            notes: {type: array, items: {type: string}}
        context: {service: "", attempts: 0, notes: []}
        events:
          note.added:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string, minLength: 1}}
          fixed: {for: {roles: [operator]}}
          confirmed: {for: {roles: [operator, manager]}}
          reopened: {for: {roles: [manager]}}
        let:
          isUrgent: context.severity <= 2
        actors:
          diagnosis:
            id: diagnosis
            src: worker
            topic: diagnose
            input: {service: context.service}
            retry: {attempts: 2, first: PT5S, factor: 2}
        on:
          note.added:
            guard: size(context.notes) < 50
            actions:
              - assign: {notes: 'context.notes + [event.data.text]'}
        states:
          triage:
            always:
              - guard: isUrgent
                target: working.urgent
              - target: working.normal
          working:
            initial: normal
            on:
              fixed: verifying
              escalated: {target: .urgent, guard: "!inState('working.urgent')"}
            states:
              normal:
                entry:
                  - raise: {event: escalated, delay: 2 workdays, id: escalation}
                exit:
                  - cancel: escalation
                invoke:
                  src: diagnosis
                  onDone: {actions: [{log: {message: "diagnosed ${context.service}"}}]}
                  onError:
                    actions:
                      - assign: {attempts: context.attempts + 1}
              urgent:
                entry:
                  - notify: {to: {roles: [manager]}, subject: {en: "Urgent: ${context.service}", zh: "紧急：${context.service}"}}
                after:
                  PT4H:
                    actions:
                      - notify: {to: {roles: [manager]}, subject: {en: "Still open", zh: "仍未解决"}}
          verifying:
            on:
              confirmed: closed
              reopened:
                target: working
                actions:
                  - if: context.attempts > 2
                    actions: [{log: {message: often}}]
                    else: [{assign: {attempts: 0}}]
            after:
              5 workdays: closed
          closed: {type: final, output: {attempts: context.attempts}}

        """

    static let onboarding = """
        workflow: onboarding
        schema:
          type: object
          required: [name]
          properties:
            name: {type: string, minLength: 2}
            equipment: {type: string}
            score: {type: integer, minimum: 0, maximum: 100}
            mentor: {type: string}
        context: {score: 0, equipment: "", mentor: ""}
        access: {start: {roles: [hr]}, read: {roles: [hr, lead]}}
        events:
          mentor.named:
            for: {roles: [lead]}
            schema:
              type: object
              required: [mentor]
              properties: {mentor: {type: string, minLength: 1}}
          contract.ended: {for: {roles: [hr]}, confirm: true}
        initial: preparing
        states:
          preparing:
            invoke:
              - id: account
                src: worker
                topic: account
                input: {name: context.name}
                onError: {actions: [{notify: {to: {roles: [admin]}, subject: "No account for ${context.name}"}}]}
              - id: desk
                src: human
                title: Prepare a desk
                candidates: {roles: [facility]}
                form:
                  type: object
                  required: [equipment]
                  properties: {equipment: {type: string, minLength: 1}}
                onDone: {actions: [{assign: {equipment: event.data.equipment}}]}
            onDone: trial
            on:
              contract.ended: left
          trial:
            type: parallel
            on:
              contract.ended: left
            states:
              mentoring:
                initial: searching
                states:
                  searching:
                    on:
                      mentor.named:
                        target: accompanied
                        actions: [{assign: {mentor: event.data.mentor}}]
                    after:
                      10 workdays: {actions: [{notify: {to: {roles: [lead]}, subject: No mentor yet}}]}
                  accompanied:
                    on:
                      mentor.named:
                        actions: [{assign: {mentor: event.data.mentor}}]
                    after:
                      P2M: accustomed
                  accustomed: {type: final}
              training:
                initial: courses
                states:
                  courses:
                    invoke:
                      id: course
                      src: human
                      title: "Courses of ${context.name}"
                      candidates: {roles: [trainer]}
                      form:
                        type: object
                        required: [score]
                        properties: {score: {type: integer, minimum: 0, maximum: 100}}
                      onDone:
                        - guard: event.data.score >= 60
                          target: trained
                          actions: [{assign: {score: event.data.score}}]
                        - target: repeating
                  repeating:
                    after:
                      P14D: courses
                  trained: {type: final}
            onDone: deciding
          deciding:
            invoke:
              id: decide
              src: human
              title: Keep ${context.name}?
              candidates: {roles: [lead]}
              outcomes: {keep: {}, part: {}}
              distinctFrom: [course]
              onDone:
                - guard: event.data.outcome == "keep"
                  target: employed
                - guard: event.data.outcome == "part"
                  target: left
          employed: {type: final, output: {score: context.score}}
          left: {type: final}

        """

    static let article = """
        workflow: article
        title: {en: Article, zh: 文章}
        schema:
          type: object
          required: [headline]
          properties:
            headline: {type: string, minLength: 3, maxLength: 120}
            words: {type: integer, minimum: 0, maximum: 20000}
            section: {enum: [news, science, culture]}
            corrections: {type: integer, minimum: 0, maximum: 50}
            address: {type: string}
        context: {words: 0, section: news, corrections: 0, address: ""}
        search: [headline, section, words]
        events:
          text.saved:
            for: {roles: [author]}
            schema:
              type: object
              required: [words]
              properties: {words: {type: integer, minimum: 0, maximum: 20000}}
          text.handed-in: {for: {roles: [author]}}
          mistake.reported: {for: {roles: [reader, author]}}
          article.withdrawn: {for: {roles: [editor]}}
        states:
          writing:
            on:
              text.saved: {actions: [{assign: {words: event.data.words}}]}
              text.handed-in: {target: editing, guard: context.words >= 300}
              article.withdrawn: withdrawn
            after:
              P30D: {actions: [{notify: {to: {roles: [author]}, subject: "Still writing: ${context.headline}"}}]}
          editing:
            states:
              language:
                invoke:
                  id: language
                  src: human
                  title: {en: "Language of ${context.headline}", zh: "润色：${context.headline}"}
                  candidates: {roles: [editor]}
                  outcomes: {good: {}, rewrite: {}}
                  onDone:
                    - guard: event.data.outcome == "good" && context.section == "science"
                      target: facts
                    - guard: event.data.outcome == "good"
                      target: ready
                    - guard: event.data.outcome == "rewrite"
                      target: writing
              facts:
                invoke:
                  id: facts
                  src: human
                  title: Check the facts
                  candidates: {roles: [checker]}
                  distinctFrom: [language]
                  outcomes: {right: {}, wrong: {}}
                  onDone:
                    - guard: event.data.outcome == "right"
                      target: ready
                    - guard: event.data.outcome == "wrong"
                      target: writing
              ready: {type: final}
            onDone: publishing
            on:
              article.withdrawn: withdrawn
          publishing:
            invoke:
              id: publish
              src: http
              method: POST
              url: "https://press.example/articles"
              body: {headline: context.headline, words: context.words}
              expect: response.status == 201
              onDone:
                target: online
                actions: [{assign: {address: 'event.data.?address.orValue("")'}}]
              onError: editing
          online:
            on:
              mistake.reported:
                guard: context.corrections < 20
                target: editing
                actions: [{assign: {corrections: context.corrections + 1}}]
              article.withdrawn: withdrawn
            after:
              P12M: archived
          archived: {type: final}
          withdrawn: {type: final}

        """
}
