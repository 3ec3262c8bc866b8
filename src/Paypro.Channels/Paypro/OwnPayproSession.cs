using Paypro.Protocol;

namespace Paypro.Channels.Paypro;

/// <summary>An account at an upstream that runs our software: it also gives money back and ends pay-ins.</summary>
internal sealed class OwnPayproSession(PayproAccount account, ChannelServices services) : PayproSession(account, services), IRefunds, ICancellations
{
    /// <summary>Names of the operations, as their paths and as the signed member has them.</summary>
    private const string RefundName = "refund", QueryPath = "queryRefundResult", QueryName = "queryRefund", CancelName = "cancelPayIn";

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => PayproReference.Make(Direction.Refund, random);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation)
    {
        var amount = PayproRequests.AmountOf(Read.Country, draft.AmountMinor);
        var request = PayproRequests.OfOwn(
            Read, RefundName, RefundName,
            ("tradeNo", draft.PaidReference), ("refundNo", draft.Reference), ("amount", amount), ("notifyUrl", Read.Callback.AbsoluteUri), ("reason", draft.Reason));
        var decline = amount is null ? new PayproVerdict.Refused(PayproVerdict.NotNow) { Detail = "The country's requests carry whole units only." } : null;
        return SendAsync(decline is null ? request : null, decline, null, Direction.Refund, draft.Reference, draft.IsRepeat, cancellation);
    }

    public override async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        if (target.Direction != Direction.Refund)
        {
            return await base.QueryAsync(target, cancellation).ConfigureAwait(false);
        }

        var request = PayproRequests.OfOwn(Read, QueryPath, QueryName, ("refundNo", target.Reference));
        return Answer(target, "refundNo", await CallAsync(request, cancellation).ConfigureAwait(false));
    }

    public async Task<SendOutcome> CancelPayInAsync(QueryTarget target, CancellationToken cancellation)
    {
        var reply = await CallAsync(PayproRequests.OfOwn(Read, CancelName, CancelName, ("tradeNo", target.Reference)), cancellation).ConfigureAwait(false);
        return reply switch
        {
            PayproReply.Answered { Answer: { IsAccepted: true } answer }
                when PayproStatus.IsFailure(Read.Country, Direction.PayIn, answer.Status) && !PayproStatus.HadMoney(answer.StatusMessage) =>
                new SendOutcome.Accepted(answer.Number),
            PayproReply.Answered { Answer: { HttpStatus: 200, Code: ResponseCode.Refused } } => new SendOutcome.Declined(PayproVerdict.NotNow),
            PayproReply.Answered { Answer: var answer } => new SendOutcome.Unknown(PayproVerdicts.Detail(answer)),
            _ => new SendOutcome.Unknown("The upstream did not answer."),
        };
    }
}
