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
}
