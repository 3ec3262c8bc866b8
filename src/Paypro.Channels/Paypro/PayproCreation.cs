using Microsoft.Extensions.Logging;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>Makes the calls that create something at the upstream, judges what came, and tells the operator.</summary>
internal sealed class PayproCreation(PayproAccount account, PayproHttp http, ChannelServices services)
{
    /// <summary>How often a call is made whose outcome is not known, where that is harmless.</summary>
    private const int MostTries = 3;

    /// <summary>How long one of several tries may take: three fit into a call's time.</summary>
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan BeforeRepeat = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Makes a creation, and where that is harmless makes it again while its outcome is not known: with the same number and content the first
    /// answer comes again.
    /// </summary>
    public async Task<PayproVerdict> RunAsync(
        PayproRequest request, Operation? operation, Direction direction, string reference, bool isRepeat, Func<PayproAnswer, PayproVerdict?> lacks,
        CancellationToken cancellation)
    {
        var railId = "";
        for (var tries = 1; ; tries++)
        {
            var reply = await TryAsync(request, cancellation).ConfigureAwait(false);
            var verdict = PayproVerdicts.Judge(account, operation, direction, reference, reply);
            if (verdict is PayproVerdict.Taken taken && lacks(taken.Answer) is { } lacking)
            {
                verdict = lacking;
            }

            verdict = Say(verdict, reference, isRepeat || tries > 1);
            if (verdict is PayproVerdict.Open open)
            {
                railId = open.RailId.Length > 0 ? open.RailId : railId;
                verdict = open with { RailId = railId };
            }

            if (!account.IsOwn || tries == MostTries || verdict is not PayproVerdict.Open { IsAlarm: false } || cancellation.IsCancellationRequested)
            {
                return verdict;
            }

            try
            {
                await Task.Delay(BeforeRepeat, services.Time, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return verdict;
            }
        }
    }

    private async Task<PayproReply> TryAsync(PayproRequest request, CancellationToken cancellation)
    {
        if (!account.IsOwn)
        {
            return await http.CallAsync(request, cancellation).ConfigureAwait(false);
        }

        using var timeout = new CancellationTokenSource(OneTry, services.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        return await http.CallAsync(request, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Tells the operator, and takes no refusal of a repeat for one of the attempt: an earlier call may have been taken.</summary>
    public PayproVerdict Say(PayproVerdict verdict, string reference, bool isRepeat)
    {
        if (verdict.IsAlarm)
        {
            services.Log.LogError("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }
        else if (verdict is not PayproVerdict.Taken)
        {
            services.Log.LogWarning("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, reference, verdict.Detail);
        }

        return isRepeat && verdict is PayproVerdict.Refused ? new PayproVerdict.Open { Detail = verdict.Detail, IsAlarm = verdict.IsAlarm } : verdict;
    }
}
