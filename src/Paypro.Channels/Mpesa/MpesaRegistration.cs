namespace Paypro.Channels.Mpesa;

/// <summary>Registers our addresses for payments from the menu and for the list, and tries an account without moving money.</summary>
internal sealed class MpesaRegistration(MpesaAccount account, MpesaHttp http, MpesaSends sends, MpesaPull pull, TimeProvider time)
{
    private const string MenuPath = "/mpesa/c2b/v2/registerurl", ListPath = "/pulltransactions/v1/register";

    private const long ABitMs = 300_000;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Registers what the account has. Without either there is nothing to register: every request carries its own address.</summary>
    public async Task<string?> ActivateAsync(CancellationToken cancellation)
    {
        if (account.HasC2b)
        {
            var body = MpesaWire.Body(
                ("ShortCode", account.ShortCode), ("ResponseType", account.C2bUnanswered), ("ConfirmationURL", Address(MpesaTopic.Confirmation)), ("ValidationURL", Address(MpesaTopic.Validation)));
            var reply = await http.CallAsync(MenuPath, body, cancellation).ConfigureAwait(false);
            if (reply is not MpesaReply.Answered { ResponseCode: "0" })
            {
                return $"M-PESA did not take the addresses for payments from the menu. {reply.Why} In production they are taken once; later ones are changed in its portal.";
            }
        }

        if (account.Pulls)
        {
            var body = MpesaWire.Body(("ShortCode", account.ShortCode), ("RequestType", "Pull"), ("NominatedNumber", account.PullNumber), ("CallBackURL", Address(MpesaTopic.Nothing)));
            var reply = await http.CallAsync(ListPath, body, cancellation).ConfigureAwait(false);
            if (reply is not MpesaReply.Answered { ResponseCode: "1000" or "1001" })
            {
                return $"M-PESA did not register the account for its list (Pull transactions). {reply.Why}";
            }
        }

        return null;
    }

    /// <summary>Tries the token, the list and the initiator.</summary>
    public async Task<IReadOnlyList<TrialFinding>> TryAsync(CancellationToken cancellation)
    {
        if (await http.TryTokenAsync(cancellation).ConfigureAwait(false) is { } instead)
        {
            return [instead is MpesaReply.Answered { Status: >= 400 and < 500 } ? new(TrialResult.Wrong, $"M-PESA refuses a token: consumer-key or consumer-secret is not what it knows. {instead.Why}")
                : instead is MpesaReply.Answered { Status: 200 } ? new(TrialResult.Wrong, $"The answer holds no token that can be read: look at the setting {MpesaSettings.Base}.")
                : new(TrialResult.NoAnswer, $"M-PESA gives no token. {instead.Why}")];
        }

        var findings = new List<TrialFinding> { new(TrialResult.Right, "M-PESA gives a token.") };
        if (account.Pulls)
        {
            findings.Add(await pull.ReadAsync(NowMs - ABitMs, NowMs, 0, cancellation).ConfigureAwait(false) is null
                ? new(TrialResult.Wrong, "M-PESA does not tell its list (Pull transactions): activate the account, and if that is refused ask Safaricom for the product.")
                : new(TrialResult.Right, "M-PESA tells its list."));
        }

        foreach (var code in account.InitiatorName is null ? [] : new[] { account.ShortCode, account.B2cShortCode ?? account.ShortCode }.Distinct(StringComparer.Ordinal))
        {
            var reply = await sends.AskBalanceAsync(code, "trial", cancellation).ConfigureAwait(false);
            findings.Add(reply is MpesaReply.Answered { ResponseCode: "0" } ? new(TrialResult.Right, $"M-PESA takes a question of the initiator about {code}; whether it knows the initiator's password, only a result tells.")
                : reply is MpesaReply.Answered ? new(TrialResult.Wrong, $"M-PESA takes no question of the initiator about {code}. {reply.Why}")
                : new(TrialResult.NoAnswer, $"M-PESA does not answer the initiator about {code}. {reply?.Why}"));
        }

        if (account.HasC2b)
        {
            findings.Add(new(TrialResult.Attention, "Which addresses M-PESA calls for payments from the menu it does not tell: look in its portal that they are those of the last activation."));
        }

        return findings;
    }

    private string Address(MpesaTopic topic) => MpesaAddress.Of(account, topic, MpesaCallback.Menu, NowMs);
}
