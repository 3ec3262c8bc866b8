using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>A return of a number without an order waited here and is booked in the bucket of the order that its money went to: it waits no longer.</summary>
internal sealed class EndWaiting(StatementRow waiting) : WriteCommand<bool>
{
    public override short Bucket => waiting.Bucket;

    public override void Declare(Needs needs) => needs.Statements.Add(waiting.Key);

    /// <summary>False when somebody has ended or decided it before.</summary>
    protected override bool Decide(BatchState state)
    {
        if (state.Statements.Find(waiting.Key) is not { Outcome: StatementOutcome.Waiting } row)
        {
            return false;
        }

        state.Statements.Update(row.Key, row with { Outcome = StatementOutcome.Repeated });
        state.End(Bucket, CaseKind.WaitingReturn, CaseChange.SubjectOf("", row), "The statement is booked.");
        return true;
    }
}
