using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.SelfService;

/// <summary>Where a merchant stands on the way to its first notification.</summary>
/// <param name="Merchant">Its row.</param>
/// <param name="Own">All numbers of the reader, for the switch.</param>
/// <param name="Call">A signed call to paste; null without a key.</param>
/// <param name="Order">The newest pay-in; null before the first.</param>
/// <param name="Amount">What it asks for, in the currency's digits.</param>
/// <param name="Inbox">Where its notifications arrive.</param>
/// <param name="Arrived">How many have.</param>
internal sealed record StartModel(MerchantRow Merchant, IReadOnlyList<MerchantRow> Own, string? Call, OrderRow? Order, string Amount, string Inbox, int Arrived);

/// <summary>The walk from a new number to its first notification: a signed call to paste, a payer who pays, the sandbox's inbox.</summary>
internal sealed class FirstPayment(IContexts contexts, CountryCatalog countries, MasterKeys keys, Inboxes inboxes, SandboxCommands commands, SignUp signUp, TimeProvider time)
{
    public async Task<StartModel> ReadAsync(MerchantRow merchant, IReadOnlyList<MerchantRow> own)
    {
        var country = countries.FindCountry(merchant.Country)!;
        await signUp.OpenAsync(merchant, country);
        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        var key = await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == merchant.MerchantNo && k.Signs && (k.ValidToMs == 0 || k.ValidToMs > nowMs)).OrderByDescending(k => k.Id).FirstOrDefaultAsync();
        var order = await NewestAsync(context, merchant);
        var inbox = InboxOf(merchant.MerchantNo);
        return new StartModel(
            merchant, own, key is null ? null : CallOf(country, merchant, key, nowMs), order, order is null ? "" : AmountText.Fixed(order.AmountMinor, country.Currency, country.Currency.MinorDigits),
            Inboxes.PathOf(inbox), inboxes.Read(inbox).Count);
    }

    /// <summary>Plays the payer of the newest pay-in.</summary>
    /// <returns>A sentence that says what to mend; null when it is paid.</returns>
    public async Task<string?> PayAsync(MerchantRow merchant, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (await NewestAsync(context, merchant) is not { } order)
        {
            return "Make the call first: there is nothing to pay yet.";
        }

        var currency = countries.FindCountry(merchant.Country)!.Currency;
        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["action"] = "pay", ["amount"] = AmountText.Fixed(order.AmountMinor, currency, currency.MinorDigits) }), out _)!;
        var answer = await commands.PayInAsync(order.Number, body, cancellation);
        return answer.Status == StatusCodes.Status200OK ? null : JsonSerializer.SerializeToElement(answer.Content).TryGetProperty("error", out var error) ? error.GetString() : "The payer could not pay.";
    }

    private static Task<OrderRow?> NewestAsync(PayproContext context, MerchantRow merchant) => context.Orders
        .Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.MerchantNo && o.Direction == Direction.PayIn).OrderByDescending(o => o.Id).FirstOrDefaultAsync();

    private static string InboxOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"m{merchantNo}");

    private string CallOf(Country country, MerchantRow merchant, MerchantKeyRow key, long nowMs)
    {
        var operation = country.FindOperation(OperationKind.CreatePayIn)!;
        var secret = keys.Open(key.MasterKeyId, key.Sealed, SnapshotReader.BoundTo(key));
        var members = SamplePages.SampleOf(operation, string.Create(CultureInfo.InvariantCulture, $"first-{nowMs}"), inboxes.AddressOf(InboxOf(merchant.MerchantNo)), nowMs).ToList();
        var (path, no) = ($"/{country.Segment}{operation.Path}", merchant.MerchantNo.ToString(CultureInfo.InvariantCulture));
        var header = "";
        if (key.Algorithm == SigningAlgorithm.Md5)
        {
            members.Add(new("sign", Md5Signature.Compute(members, secret)));
        }

        var body = "{" + string.Join(",", members.Select(member => $"\"{member.Key}\":\"{member.Value}\"")) + "}";
        if (key.Algorithm == SigningAlgorithm.HmacSha256)
        {
            header = $" -H '{HmacSignature.HeaderName}: {HmacSignature.Header(HmacSignature.Request, path, no, nowMs / 1000, Encoding.UTF8.GetBytes(body), secret)}'";
        }

        return $"curl -s {inboxes.Root}{path} -H 'Content-Type: application/json' -H 'merchantNo: {no}'{header} -d '{body}'";
    }
}
