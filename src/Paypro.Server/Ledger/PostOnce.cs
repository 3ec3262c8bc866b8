using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// A transfer that belongs to no order and happens once, whatever how often it is asked for: an opening balance, a correction,
/// one half of a crossing between two buckets. The key makes it happen once.
/// </summary>
internal sealed class PostOnce(TransferCause cause, params Leg[] legs) : WriteCommand<bool>
{
    public override short Bucket => legs[0].Account.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.OnceKeys.Add(new OnceKey(Bucket, cause.OnceKey ?? throw new InvalidOperationException("A transfer that happens once needs its key.")));
        foreach (var leg in legs)
        {
            needs.Accounts.Add(leg.Account);
        }
    }

    /// <summary>True when it was booked now, false when it had been.</summary>
    protected override bool Decide(BatchState state)
    {
        if (state.OnceKeys.Find(new OnceKey(Bucket, cause.OnceKey!)) is not null)
        {
            return false;
        }

        Journal.Post(state, cause, legs);
        return true;
    }
}
