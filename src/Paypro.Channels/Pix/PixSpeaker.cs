using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Pix;

/// <summary>Tells the operator what came of calls, and what is said when nothing is known.</summary>
internal sealed class PixSpeaker(PixAccount account, ILogger log)
{
    /// <summary>What is said of an attempt while the bank says nothing.</summary>
    public static Observation Silence(PixAccount account, QueryTarget target) => new()
    {
        Kind = ObservationKind.Unreachable,
        Direction = target.Direction,
        Reference = target.Reference,
        Currency = account.Account.Currency,
    };

    /// <summary>Whether the bank says in its own form that it has no such thing.</summary>
    public static bool IsNotFound(PixReply reply) => reply is PixReply.Answered { Status: 400 or 404 or 410, Problem.IsNotFound: true };

    /// <summary>Tells the operator, and takes no refusal of a repeat for one of the attempt: an earlier call may have been taken.</summary>
    public PixVerdict Say(PixVerdict verdict, string reference, bool isRepeat)
    {
        if (verdict.IsAlarm)
        {
            log.LogError("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }
        else if (verdict is not PixVerdict.Taken)
        {
            log.LogWarning("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }

        return isRepeat && verdict is PixVerdict.Refused ? new PixVerdict.Open { Detail = verdict.Detail, IsAlarm = verdict.IsAlarm } : verdict;
    }

    /// <summary>Tells the operator that part of what the bank told cannot be read.</summary>
    public void SayUnreadable(string where, int count) =>
        log.LogError("Channel account {AccountId}: {Count} lines of {Where} are another key's or cannot be read", account.Account.Id, count, where);
}
