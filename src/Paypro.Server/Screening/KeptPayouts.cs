using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>
/// Does what a payout or refund that is kept back waits for: asks the screening service, or ends it when its time is over. The right to ask is committed before the question leaves,
/// and no transaction is open while it is under way.
/// </summary>
internal sealed class KeptPayouts(
    SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RefundReads refunds, Senders senders, People people, Screener screener, RaiseCases cases, OrderClockSignal clock, NotificationSignal notifications, PayproOptions options,
    TimeProvider time, ILogger<KeptPayouts> log)
{
    /// <summary>Whether an order is one of those.</summary>
    public static bool Has(OrderPicture picture) =>
        picture is { Order: { State: OrderState.Pending, Direction: not Direction.PayIn }, Attempts: [.., { State: AttemptState.Screening or AttemptState.Held }] };

    /// <summary>Its timer is due.</summary>
    public async Task TakeAsync(OrderPicture picture, long dueAtMs, CancellationToken stop)
    {
        var (order, attempt) = (picture.Order, picture.Attempts[^1]);
        var facts = await AttemptRefs.OfAsync(snapshots.Current, order, attempt);
        if (attempt.State == AttemptState.Held || order.CreatedAtMs + options.Screening.HeldForMs <= time.NowMs())
        {
            await writer.WriteAsync(new EndKept(facts, action: null, dueAtMs, options.Screening.HeldForMs, time.NowMs()));
            notifications.Wake();
            return;
        }

        // The service was switched off meanwhile: then nobody is asked, and two people release what waits.
        var question = options.Screening.IsOn ? await QuestionAsync(order, attempt, stop) : null;
        stop.ThrowIfCancellationRequested();
        if (await writer.WriteAsync(new TakeScreening(facts, dueAtMs)) is not (> 0 and var right))
        {
            return;
        }

        var screened = question is null ? new Screened(Verdict.NoAnswer, "", "there is nobody to ask, or the recipient cannot be read") : await screener.AskAsync(question, stop);
        if (screened.Verdict == Verdict.NoAnswer)
        {
            log.LogWarning("The screening of {Number} has no answer: {Trouble}", order.Number, screened.Trouble);
        }

        await writer.WriteAsync(new RecordScreening(facts, right, screened.Verdict, screened.Reference, options.Screening.AgainSeconds * 1000L, options.Screening.HeldForMs, time.NowMs()));
        clock.Wake();
    }

    /// <summary>Null when the recipient cannot be read: then nothing is sent, and a person has to look.</summary>
    private async Task<ScreeningQuestion?> QuestionAsync(OrderRow order, AttemptRow attempt, CancellationToken stop)
    {
        try
        {
            var person = attempt.Direction == Direction.Refund ? await PayerAsync(order, stop)
                : people.Open(await queries.PersonAsync(order.Key, stop) ?? throw new InvalidOperationException("The payout has no recipient."));
            var kind = order.Direction == Direction.Refund ? "refund" : "payout";
            return new ScreeningQuestion
            {
                Id = $"{kind}:{order.Number}",
                Kind = kind,
                MerchantNo = order.MerchantNo, Country = order.Country, AmountMinor = order.AmountMinor, Currency = order.Currency,
                Name = person.Name, Account = person.Account, BankCode = order.BankCode.Length > 0 ? order.BankCode : null, Mobile = person.Mobile, Email = person.Email,
                Identity = person.Identity, IdentityType = person.IdentityType,
            };
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "The recipient of {Number} cannot be read", order.Number);
            await cases.RaiseAsync("unsendable", order.Number, $"{order.Word()} {order.Number} was not sent: its recipient cannot be read. It waits, and its money stays reserved.");
            return null;
        }
    }

    /// <summary>Whom a rail's own refund goes back to: what the merchant told of the payer, with the account that the rail says the money came from.</summary>
    private async Task<Person> PayerAsync(OrderRow refund, CancellationToken stop)
    {
        var payIn = await refunds.PayInAsync(refund, stop);
        var told = await queries.PersonAsync(payIn.Key, stop) is { } row ? people.Open(row) : Person.None;
        return await refunds.ReceiptAsync(refund, stop) is { } receipt && senders.Open(receipt.Receipt) is { Person: var sender }
            ? told with { Name = sender.Name ?? told.Name, Account = sender.Account ?? told.Account }
            : told;
    }
}
