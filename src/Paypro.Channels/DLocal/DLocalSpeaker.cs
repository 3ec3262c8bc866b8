using Microsoft.Extensions.Logging;

namespace Paypro.Channels.DLocal;

/// <summary>Tells the operator what came of calls, and what is said when nothing is known.</summary>
internal sealed class DLocalSpeaker(DLocalAccount account, ILogger log)
{
    /// <summary>What is said of an attempt while the rail says nothing.</summary>
    public static Observation Silence(DLocalAccount account, QueryTarget target) => new()
    {
        Kind = ObservationKind.Unreachable,
        Direction = target.Direction,
        Reference = target.Reference,
        Currency = account.Account.Currency,
    };

    /// <summary>Tells the operator, and takes no refusal of a repeat for one of the attempt: an earlier call may have been taken.</summary>
    public DLocalVerdict Say(DLocalVerdict verdict, string reference, bool isRepeat)
    {
        if (verdict.IsAlarm)
        {
            log.LogError("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }
        else if (verdict is not DLocalVerdict.Taken)
        {
            log.LogWarning("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }

        return isRepeat && verdict is DLocalVerdict.Refused ? new DLocalVerdict.Open { Detail = verdict.Detail, IsAlarm = verdict.IsAlarm } : verdict;
    }

    /// <summary>Tells the operator of a state that no documentation names: it decides nothing.</summary>
    public void SayOdd(Observation said, string? state)
    {
        if (DLocalMovements.IsOdd(said.Direction, state))
        {
            log.LogError("Channel account {AccountId}, attempt {Reference}: dLocal tells a state that is not known for {Direction}", account.Account.Id, said.Reference, said.Direction);
        }
    }

    /// <summary>Tells the operator of a refund that we have not asked for.</summary>
    public void SayForeignRefund(string? id) =>
        log.LogError("Channel account {AccountId}: dLocal tells of refund {RefundId}, which is none of ours; nothing is booked", account.Account.Id, DLocalReference.IsName(id) ? id : "without a name");
}
