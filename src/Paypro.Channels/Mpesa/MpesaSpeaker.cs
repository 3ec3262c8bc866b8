using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Mpesa;

/// <summary>Tells the operator what came of calls, and what is said when nothing is known.</summary>
internal sealed class MpesaSpeaker(MpesaAccount account, ILogger log)
{
    /// <summary>What is said of an attempt while the rail says nothing.</summary>
    public Observation Silence(QueryTarget target) => About(target.Direction, target.Reference) with { Kind = ObservationKind.Unreachable };

    /// <summary>The beginning of what is said of an attempt: that it is under way.</summary>
    public Observation About(Direction direction, string reference) =>
        new() { Kind = ObservationKind.Pending, Direction = direction, Reference = reference, Currency = account.Account.Currency };

    /// <summary>Tells the operator, and takes no refusal of a repeat for one of the attempt: an earlier call may have been taken.</summary>
    public MpesaVerdict Say(MpesaVerdict verdict, string reference, bool isRepeat)
    {
        if (verdict.IsAlarm)
        {
            log.LogError("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }
        else if (verdict is not MpesaVerdict.Taken)
        {
            log.LogWarning("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }

        return isRepeat && verdict is MpesaVerdict.Refused ? new MpesaVerdict.Open { Detail = verdict.Detail, IsAlarm = verdict.IsAlarm } : verdict;
    }

    /// <summary>Tells the operator of a result that somebody must look at.</summary>
    public void SayResult(string reference, string what, string code) =>
        log.LogError("Channel account {AccountId}, attempt {Reference}: {What} ended with code {Code}", account.Account.Id, reference, what, MpesaProblem.IsCode(code) ? code : "none");

    /// <summary>Tells the operator that the list cannot reach as far back as it would have to.</summary>
    public void SayGap(long fromMs, long toMs) =>
        log.LogError("Channel account {AccountId}: M-PESA's list reaches back 48 hours; what came from {From} to {To} is not in it", account.Account.Id, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs));

    /// <summary>Tells the operator that part of what the rail told cannot be read.</summary>
    public void SayUnreadable(string where, int count) =>
        log.LogError("Channel account {AccountId}: {Count} lines of {Where} cannot be read", account.Account.Id, count, where);
}
