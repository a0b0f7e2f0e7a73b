extension MutationCorpus {
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
