using Microsoft.Extensions.Logging;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>One account at an upstream: what both flavours have.</summary>
internal class PayproSession(PayproAccount account, ChannelServices services)
    : IChannelSession, IPayIns, IPayouts, IQueries, IBalances, IAccountChecks, ICallbacks, IAccountTrials
{
    private readonly PayproHttp http = new(account, services);

    private PayproCreation Creation => field ??= new(account, http, services);

    public ChannelAccount Account => account.Account;

    protected PayproAccount Read => account;

    private long NowMs => services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public InstructionMode ModeFor(string way)
    {
        account.Way(way);
        return InstructionMode.Remote;
    }

    public NumberSpace? NumberSpaceFor(string way) => null;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => PayproReference.Make(Direction.PayIn, random);

    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => PayproReference.Make(Direction.Payout, random);

    public PaymentInstruction IssueLocally(PayInDraft draft) => throw new InvalidOperationException("The upstream makes every instruction.");

    public async Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation)
    {
        if (PayproRequests.OfPayIn(account, draft, NowMs, out var decline) is not { } request)
        {
            return Creation.Say(decline!, draft.Reference, draft.IsRepeat) is PayproVerdict.Refused unsent
                ? new InstructionOutcome.Declined(unsent.Reason, unsent.Cause, unsent.Scope)
                : new InstructionOutcome.Unknown(decline!.Detail);
        }

        var operation = account.PayInOperation(account.Way(draft.Way));
        PaymentInstruction? instruction = null;
        var verdict = await Creation.RunAsync(
            request, operation, Direction.PayIn, draft.Reference, draft.IsRepeat,
            answer =>
            {
                instruction = PayproInstruction.Read(account, draft, answer, out var problem);
                return instruction is not null ? null : new PayproVerdict.Open(answer.Number)
                {
                    // Without any the first call is still being answered; a wrong one stays wrong.
                    Detail = problem is null ? "The upstream gave no instruction yet." : $"The upstream's instruction {problem}.",
                    IsAlarm = problem is not null,
                };
            },
            cancellation).ConfigureAwait(false);
        return verdict switch
        {
            PayproVerdict.Taken taken => new InstructionOutcome.Accepted(instruction!, taken.Answer.Number),
            PayproVerdict.Refused refused => new InstructionOutcome.Declined(refused.Reason, refused.Cause, refused.Scope),
            _ => new InstructionOutcome.Unknown(verdict.Detail, (verdict as PayproVerdict.Open)?.RailId ?? ""),
        };
    }

    public async Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation)
    {
        var request = PayproRequests.OfPayout(account, draft, NowMs, out var decline);
        var operation = account.Country.FindOperation(OperationKind.CreatePayout);
        return await SendAsync(request, decline, operation, Direction.Payout, draft.Reference, draft.IsRepeat, cancellation).ConfigureAwait(false);
    }

    public virtual async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var kind = target.Direction == Direction.PayIn ? OperationKind.QueryPayIn : OperationKind.QueryPayout;
        var reply = await http.CallAsync(PayproRequests.OfQuery(account, kind, target.Reference), cancellation).ConfigureAwait(false);
        return Answer(target, "tradeNo", reply);
    }

    public async Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation)
    {
        var reply = await http.CallAsync(PayproRequests.OfBalance(account), cancellation).ConfigureAwait(false);
        if (reply is not PayproReply.Answered { Answer: { IsAccepted: true } answer } || AvailableOf(answer) is not { } availableMinor)
        {
            return [];
        }

        if (availableMinor < account.FloatAlarmMinor)
        {
            services.Log.LogError("Channel account {AccountId} has less at its upstream than {Setting} says", Account.Id, PayproSettings.FloatAlarm);
        }

        return [new PotBalance("", availableMinor, Math.Max(0, answer.AmountOf("freezeAmount", account.Country.Currency) ?? 0))];
    }

    public async Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation)
    {
        var reply = await http.CallAsync(PayproRequests.OfBalance(account), cancellation).ConfigureAwait(false);
        var findings = new List<TrialFinding>
        {
            reply switch
            {
                PayproReply.Answered { Answer: { IsAccepted: true } answer } when AvailableOf(answer) is not null =>
                    new(TrialResult.Right, "The upstream takes our signature and tells the balance."),
                PayproReply.Answered { Answer: var answer } => new(TrialResult.Wrong, $"The upstream does not tell the balance: {PayproVerdicts.Detail(answer).TrimEnd('.')}."),
                PayproReply.NeverSent never => new(TrialResult.NoAnswer, $"The upstream cannot be reached: {never.Why}"),
                PayproReply.Silence silence => new(TrialResult.NoAnswer, $"The upstream does not answer: {silence.Why}"),
                _ => throw new InvalidOperationException("There is no such reply."),
            },
        };
        if (Account.BankCodes.Count == 0 && !account.Country.Banks.IsEmpty && Account.Settings.GetValueOrDefault(PayproSettings.BankCodes) != "*")
        {
            findings.Add(new(TrialResult.Attention, $"The account's table of banks is empty: payouts to a bank are declined. Where the upstream has our list, set {PayproSettings.BankCodes} to *."));
        }

        if (!account.IsOwn && account.NotFoundMessage is null)
        {
            findings.Add(new(TrialResult.Attention, $"{PayproSettings.NotFoundMessage} is not set: no order is taken for unknown at the upstream."));
        }

        return findings;
    }

    public bool LacksBankCode(string ours) => account.BankCodeOf(ours) is null;

    public async Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation)
    {
        if (account.Country.FindOperation(OperationKind.VerifyAccount) is not { } operation
            || PayproRequests.OfAccountCheck(account, operation, enquiry) is not { } request)
        {
            return new AccountOutcome.NotOffered();
        }

        var reply = await http.CallAsync(request, cancellation).ConfigureAwait(false);
        if (reply is not PayproReply.Answered { Answer: var answer })
        {
            return new AccountOutcome.Unknown("The upstream did not answer.");
        }

        var holder = operation.Response.FirstOrDefault(member => member.Source == ResponseSource.AccountHolder)?.Name ?? "";
        var accountField = operation.Fields.First(field => field.Role == FieldRole.Account).Name;
        return answer.IsAccepted
            ? answer[holder] is { Length: <= 200 } name ? new AccountOutcome.Found(name) : new AccountOutcome.Unknown("The upstream tells no holder.")
            : account.IsOwn && answer is { HttpStatus: 200, Code: ResponseCode.Refused } && answer.Message.StartsWith(accountField + ":", StringComparison.Ordinal)
            ? new AccountOutcome.NotFound("The bank has no such account.")
            : new AccountOutcome.Unknown(PayproVerdicts.Detail(answer));
    }

    public CallbackReading ReadCallback(CallbackRequest request) => PayproNotification.Read(account, request);

    public void Dispose()
    {
        http.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks, by a request that only reads.</summary>
    protected Task<PayproReply> CallAsync(PayproRequest request, CancellationToken cancellation) => http.CallAsync(request, cancellation);

    /// <summary>What an answer to a query says. A refusal is no failure of the order; only the very sentence that there is none says so.</summary>
    protected IReadOnlyList<Observation> Answer(QueryTarget target, string numberName, PayproReply reply)
    {
        var said = new Observation
        {
            Kind = ObservationKind.Unreachable,
            Direction = target.Direction,
            Reference = target.Reference,
            Currency = Account.Currency,
        };
        if (reply is not PayproReply.Answered { Answer: var answer })
        {
            return [said with { Reason = (reply as PayproReply.Silence)?.Why ?? (reply as PayproReply.NeverSent)?.Why ?? "" }];
        }

        if (answer.IsAccepted && (answer[numberName] is not { } number || number == target.Reference))
        {
            return PayproStatus.Read(account, target.Direction, target.Reference, target.AmountMinor, PayproFacts.Of(answer, account.Country.Currency));
        }

        return [said with
        {
            Kind = answer is { HttpStatus: 200, Code: ResponseCode.Refused } && answer.Message.Trim() == account.NotFoundMessage?.Trim()
                ? ObservationKind.NotFound : ObservationKind.Unreachable,
            Reason = PayproVerdicts.Detail(answer),
        }];
    }

    /// <summary>Sends what moves money out.</summary>
    protected async Task<SendOutcome> SendAsync(
        PayproRequest? request, PayproVerdict.Refused? decline, Operation? operation, Direction direction, string reference, bool isRepeat,
        CancellationToken cancellation)
    {
        var verdict = request is null ? Creation.Say(decline!, reference, isRepeat)
            : await Creation.RunAsync(request, operation, direction, reference, isRepeat, static _ => null, cancellation).ConfigureAwait(false);
        return verdict switch
        {
            PayproVerdict.Taken taken => new SendOutcome.Accepted(taken.Answer.Number),
            PayproVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, refused.Cause, refused.Scope),
            _ => new SendOutcome.Unknown(verdict.Detail, (verdict as PayproVerdict.Open)?.RailId ?? ""),
        };
    }

    private long? AvailableOf(PayproAnswer answer)
    {
        var text = answer["availableAmount"] ?? answer["availablAmount"];
        if (text is null)
        {
            return null;
        }

        // A balance may be below zero; an order's amount never is.
        var isNegative = text[0] == '-' && text.Length > 1;
        var minor = new PayproMember(isNegative ? text[1..] : text, IsQuoted: true).AmountMinor(account.Country.Currency);
        return minor < 0 ? null : isNegative ? -minor : minor;
    }
}
