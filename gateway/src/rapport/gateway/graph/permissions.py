"""What the viewer may do, for clients that show only what will not be refused.

The rules are those that services enforce, and whose a thing is comes with the thing: none of this costs a request.
"""

import strawberry

from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.authorisation import SHARE_TEMPLATES, Scope
from rapport.contracts.identity import Viewer


@strawberry.type(description="What you may do across the organisation; about one thing, its `viewerCan` says it.")
class ViewerPermissions:
    request_reviews: bool = strawberry.field(description="Whether you may put people before reviewers.")
    write_to_people: bool = strawberry.field(
        description="Whether you may write to people; hiring managers may to those of their jobs."
    )
    edit_shared_templates: bool = strawberry.field(
        description="Whether you may change the organisation's message templates, not only your own."
    )
    see_suppressions: bool = strawberry.field(
        description="Whether you may see who must not be written to, and record it."
    )
    keep_people: bool = strawberry.field(description="Whether you may create people, and work with projects.")
    add_to_jobs: bool = strawberry.field(description="Whether you may add people to jobs, in the ATS too.")
    search_people: bool = strawberry.field(description="Whether you may search for people over all that is known.")
    import_people: bool = strawberry.field(description="Whether you may import people from files.")
    merge_people: bool = strawberry.field(description="Whether you may merge people, and see who may be one.")
    set_attention_thresholds: bool = strawberry.field(
        description="Set when something is late, and when everybody works."
    )
    set_diversity_sourcing: bool = strawberry.field(
        description="Whether you may decide whether people are found by what they said of themselves, and see what"
        " that was used for."
    )
    set_ownership_rules: bool = strawberry.field(
        description="Whether you may set for how long a message keeps others from writing to its person."
    )
    see_directory: bool = strawberry.field(description="Whether you may see and change who may do what.")
    run_sync: bool = strawberry.field(description="Whether you may start a sync with the ATS.")
    see_every_job: bool = strawberry.field(
        description="Whether you may see every job, not only those on whose hiring team you are."
    )

    @classmethod
    def of(cls, viewer: Viewer) -> "ViewerPermissions":
        """By their roles."""
        return cls(
            request_reviews=reviews.RequestReview.rule.scope(viewer) is not None,
            write_to_people=outreach.SendMessage.rule.scope(viewer) is not None,
            edit_shared_templates=SHARE_TEMPLATES.scope(viewer) is not None,
            see_suppressions=outreach.GetSuppressions.rule.scope(viewer) is not None,
            keep_people=pipeline.CreatePerson.rule.scope(viewer) is not None,
            add_to_jobs=pipeline.AddToJob.rule.scope(viewer) is not None,
            search_people=pipeline.SearchPeople.rule.scope(viewer) is not None,
            import_people=pipeline.CreateImport.rule.scope(viewer) is not None,
            merge_people=pipeline.MergePeople.rule.scope(viewer) is not None,
            set_attention_thresholds=pipeline.SetThreshold.rule.scope(viewer) is not None,
            set_diversity_sourcing=pipeline.SetDiversitySourcing.rule.scope(viewer) is not None,
            set_ownership_rules=outreach.SetOwnershipRules.rule.scope(viewer) is not None,
            see_directory=pipeline.GetDirectory.rule.scope(viewer) is not None,
            run_sync=pipeline.StartSync.rule.scope(viewer) is not None,
            see_every_job=pipeline.GetJobs.rule.scope(viewer) is Scope.EVERYTHING,
        )


@strawberry.type(description="What you may do about a job.")
class JobPermissions:
    move_applications: bool = strawberry.field(description="Whether you may move the cards of its board.")
    close_applications: bool = strawberry.field(
        description="Whether you may reject applications for it, record that people withdrew, and reopen both."
    )
    transfer_applications: bool = strawberry.field(description="Whether you may let applications go on in another job.")
    hire: bool = strawberry.field(description="Whether you may record that somebody is hired for it.")
    edit_team: bool = strawberry.field(description="Whether you may put users on its hiring team.")
    request_reviews: bool = strawberry.field(description="Whether you may put people before reviewers for it.")
    write_to_people: bool = strawberry.field(description="Whether you may write to the people who applied for it.")
    hold_check_ins: bool = strawberry.field(
        description="Whether you may hold check-ins on it, and agree on what is to be done."
    )

    @classmethod
    def of(cls, job: pipeline.Job, viewer: Viewer) -> "JobPermissions":
        """By their roles and the hiring team."""
        on_team = any(member.user.id == viewer.user_id for member in job.team)
        return cls(
            move_applications=pipeline.MoveApplication.rule.allows(viewer, on_team=on_team),
            close_applications=pipeline.RejectApplication.rule.allows(viewer, on_team=on_team),
            transfer_applications=pipeline.TransferApplication.rule.allows(viewer, on_team=on_team),
            hire=pipeline.HireApplication.rule.allows(viewer, on_team=on_team),
            edit_team=pipeline.AddTeamMember.rule.allows(viewer, on_team=on_team),
            request_reviews=reviews.RequestReview.rule.allows(viewer, on_team=on_team),
            write_to_people=outreach.SendMessage.rule.allows(viewer, on_team=on_team),
            hold_check_ins=pipeline.HoldCheckIn.rule.allows(viewer, on_team=on_team),
        )


@strawberry.type(description="What you may do about an application.")
class ApplicationPermissions:
    move: bool = strawberry.field(description="Whether you may move its card, while it is under way.")


@strawberry.type(description="What you may do about a person.")
class PersonPermissions:
    write: bool = strawberry.field(
        description="Whether you may write to them; `contactability` says whether a message would reach them now."
    )
    suppress: bool = strawberry.field(
        description="Whether you may record that they must not be written to, and see whether it is recorded."
    )
    change: bool = strawberry.field(
        description="Whether you may change what is recorded here of them: contact points, tags, projects."
    )
    write_notes: bool = strawberry.field(description="Whether you may write notes about them.")
    add_to_jobs: bool = strawberry.field(description="Whether you may add them to jobs.")

    merge: bool = strawberry.field(description="Whether you may merge them with another person, and undo that.")

    @classmethod
    def of(cls, viewer: Viewer) -> "PersonPermissions":
        """Of a person whom the viewer sees: who writes to people at all may write to those whom they see."""
        return cls(
            write=outreach.SendMessage.rule.allows(viewer, on_team=True),
            suppress=outreach.SuppressPerson.rule.allows(viewer, on_team=True),
            merge=pipeline.MergePeople.rule.allows(viewer, on_team=True),
            change=pipeline.ChangeTags.rule.allows(viewer),
            write_notes=pipeline.AddNote.rule.allows(viewer, on_team=True),
            add_to_jobs=pipeline.AddToJob.rule.allows(viewer),
        )


@strawberry.type(description="What you may do about a message; whether it still makes sense, its `state` says.")
class MessagePermissions:
    cancel: bool = strawberry.field(description="Whether you may call it off, while it waits.")
    settle: bool = strawberry.field(description="Whether you may say what became of it, while that is in doubt.")

    @classmethod
    def of(cls, message: outreach.Message, viewer: Viewer) -> "MessagePermissions":
        """By their roles, and whether they wrote it or it comes from their mailbox."""
        own = viewer.user_id in (message.author_id, message.from_user_id)
        return cls(
            cancel=outreach.CancelMessage.rule.allows(viewer, own=own),
            settle=outreach.SettleMessage.rule.allows(viewer, own=own),
        )


@strawberry.type(description="What you may do about who is in touch with a person.")
class OwnershipPermissions:
    request: bool = strawberry.field(description="Whether you may ask to take the person over; not if it is you.")
    answer: bool = strawberry.field(description="Whether you may hand the person over to who asks.")
    take_over: bool = strawberry.field(description="Whether you may take the person over without asking.")

    @classmethod
    def of(cls, found: outreach.Ownership, viewer: Viewer) -> "OwnershipPermissions":
        """By their roles, and whether it is they."""
        own = found.user_id == viewer.user_id
        return cls(
            request=not own and outreach.RequestTakeover.rule.allows(viewer, on_team=True),
            answer=outreach.AnswerTakeover.rule.allows(viewer, own=own),
            take_over=not own and outreach.TakeOver.rule.allows(viewer),
        )
