using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>What a person types to pay somebody, and what it would cost.</summary>
/// <param name="Fields">What the country asks for.</param>
/// <param name="Typed">What was typed, by the field's name.</param>
/// <param name="Checked">Null until all of it is right.</param>
internal sealed record PayoutModel(
    OwnMoney Place, IReadOnlyList<Field> Fields, IReadOnlyDictionary<string, string> Typed, IReadOnlyList<BankRow> Banks, long AvailableMinor, CheckedPayout? Checked);

/// <summary>A payout that can be made as it was typed.</summary>
/// <param name="Fields">As they are understood.</param>
/// <param name="FeeMinor">Fee and its tax.</param>
internal sealed record CheckedPayout(RequestFields Fields, long FeeMinor)
{
    public long TotalMinor => Fields.AmountMinor + FeeMinor;
}

/// <summary>
/// A single payout by a person: typed, checked by the rules of the country, shown with its fee and the balance after it, and made. Its number is given when it is shown, and the page
/// carries it: however often the form is sent, it is one payout.
/// </summary>
internal sealed class PayoutScreen(
    OwnMerchants merchants, HomeReads balances, SnapshotStore snapshots, PayoutCreation creation, OrderQueries queries, AuditedStore store, Installation installation, IdSource ids, IContexts contexts, TimeProvider time)
{
    private const string Title = "New payout";

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayoutsCreate);
        return place.Merchant is null ? OwnMoney.Nowhere(visit, Title) : await ShowAsync(visit, place, null, null);
    }

    public Task<IResult> CheckAsync(Visit visit) => ReadAsync(visit, (place, _, fields, fee) => ShowAsync(visit, place, new CheckedPayout(fields, fee), null));

    public Task<IResult> CreateAsync(Visit visit) => ReadAsync(visit, async (place, merchant, fields, fee) =>
    {
        var key = new TradeKey(merchant.Bucket, merchant.No, Direction.Payout, fields.TradeNo);
        if (await queries.FindAsync(key) is null)
        {
            await store.NoteAsync(visit, "payout.create", string.Create(CultureInfo.InvariantCulture, $"merchant:{merchant.No}"), merchant.Bucket, new { tradeNo = fields.TradeNo, amountMinor = fields.AmountMinor });
        }

        try
        {
            return await creation.CreateAsync(merchant, fields, refusal: null, maker: new PayoutMaker(HeldPayouts.CauseOf(visit.Who.User.Id), visit.Who.User.Id)) switch
            {
                CreateResult.Created created => Visit.GoTo($"{PaymentColumns.PathOf(created.Order)}?done=saved"),
                CreateResult.Known known => Visit.GoTo(PaymentColumns.PathOf(known.Order)),
                CreateResult.Refused refused => await ShowAsync(visit, place, new CheckedPayout(fields, fee), refused.Sentence),
                _ => throw new UnreachableException(),
            };
        }
        catch (WriteInDoubtException)
        {
            return await ShowAsync(visit, place, new CheckedPayout(fields, fee), "It could not be found out whether the payout was stored. Send the form once more: it is made once.");
        }
    });

    /// <summary>The fields that a person fills in; the rest is ours, or a program's.</summary>
    public static IReadOnlyList<Field> FieldsOf(Country country) =>
        [.. OperationOf(country).Fields.Where(f => f.Role is not (FieldRole.Sign or FieldRole.Timestamp or FieldRole.NotifyUrl or FieldRole.ReturnUrl))];

    /// <summary>Reads a payout's fields by the rules of its country, as the merchant API does.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Who pays.</param>
    /// <param name="typed">By the field's name; an amount with a point or a comma.</param>
    /// <param name="problem">A sentence that begins with the field's name; null when all is right.</param>
    public RequestFields? Read(Snapshot snapshot, Merchant merchant, IReadOnlyDictionary<string, string> typed, out string? problem)
    {
        var operation = OperationOf(merchant.Country);
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in operation.Fields)
        {
            if (field.Role == FieldRole.Timestamp)
            {
                members[field.Name] = time.NowMs().ToString(CultureInfo.InvariantCulture);
            }
            else if (typed.GetValueOrDefault(field.Name) is { Length: > 0 } text)
            {
                members[field.Name] = field.Role == FieldRole.Amount ? text.Replace(',', '.') : text;
            }
        }

        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out problem);
        return body is null ? null : RequestReader.Read(merchant.Country, operation, body, new RequestContext(installation.IsSandbox, snapshot.Banks[merchant.Country.IsoCode], HasDefaultNotifyUrl: true), out problem);
    }

    private static Operation OperationOf(Country country) => country.FindOperation(OperationKind.CreatePayout)!;

    private async Task<IResult> ReadAsync(Visit visit, Func<OwnMoney, Merchant, RequestFields, long, Task<IResult>> go)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayoutsCreate);
        var snapshot = snapshots.Current;
        if (place.Merchant is not { } own || snapshot.Merchant(own.No) is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var fields = Read(snapshot, merchant, TypedOf(visit, own.Country), out var problem);
        if (fields is null)
        {
            return await ShowAsync(visit, place, null, problem);
        }

        return await go(place, merchant, fields, PayoutCreation.PriceOf(snapshot, merchant, fields.AccountType ?? "", fields.AmountMinor, time.NowMs()));
    }

    private Dictionary<string, string> TypedOf(Visit visit, Country country)
    {
        var typed = FieldsOf(country).ToDictionary(f => f.Name, f => visit.Field(f.Name), StringComparer.Ordinal);
        var number = FieldsOf(country).First(f => f.Role == FieldRole.TradeNo).Name;
        typed[number] = typed[number].Length > 0 ? typed[number] : string.Create(CultureInfo.InvariantCulture, $"p{ids.Next()}");
        return typed;
    }

    private async Task<IResult> ShowAsync(Visit visit, OwnMoney place, CheckedPayout? payout, string? problem)
    {
        var merchant = place.Merchant!;
        await using var context = contexts.Create();
        var country = merchant.Row.Country;
        var banks = await context.Banks.AsNoTracking().Where(b => b.Country == country && b.Open).OrderBy(b => b.Name).Take(2000).ToListAsync();
        var available = (await balances.BalancesAsync([merchant], visit.Http.RequestAborted))[merchant.No].First(b => b.Kind == AccountKind.Available).Minor;
        var typed = payout is null ? FieldsOf(merchant.Country).ToDictionary(f => f.Name, f => visit.Field(f.Name), StringComparer.Ordinal) : TypedOf(visit, merchant.Country);
        if (payout is not null)
        {
            typed[FieldsOf(merchant.Country).First(f => f.Role == FieldRole.TradeNo).Name] = payout.Fields.TradeNo;
        }

        return visit.Show<PayoutPage>(Title, new PayoutModel(place, FieldsOf(merchant.Country), typed, banks, available, payout), problem);
    }
}
