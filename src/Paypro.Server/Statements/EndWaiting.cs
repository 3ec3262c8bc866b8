using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>A return of a number without an order waited here and is kept in the bucket of the order that its money went to: it waits here no longer.</summary>
/// <param name="waiting">The row as it was read.</param>
/// <param name="resolution">What its case says from now on.</param>
internal sealed class EndWaiting(StatementRow waiting, string resolution) : WriteCommand<bool>
{
    public const string Booked = "The statement is booked.";

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
        state.End(Bucket, CaseKind.WaitingReturn, CaseChange.SubjectOf("", row), resolution);
        return true;
    }
}
