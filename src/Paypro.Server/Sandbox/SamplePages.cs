using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;

namespace Paypro.Server.Sandbox;

/// <summary>Makes an order of a sandbox merchant for somebody who wants to see its payment page before the first call.</summary>
internal sealed class SamplePages(PayInCreation creation, UnpaidPayIns unpaid, PageAddress pages, SnapshotStore snapshots, Inboxes inboxes, TimeProvider time)
{
    /// <summary>The page's path.</summary>
    /// <returns>Null when the country's merchant cannot take a payment at present.</returns>
    public async Task<string?> MakeAsync(Country country, CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Merchant(SandboxMerchants.Of(country).No) is not { } merchant || !snapshot.Banks.TryGetValue(country.IsoCode, out var banks))
        {
            return null;
        }

        // Where the country has no call for a hosted page, any order can have one all the same.
        var operation = country.FindOperation(OperationKind.CreateHostedPayIn) ?? country.FindOperation(OperationKind.CreatePayIn)!;
        var members = SampleOf(operation, $"page-{time.NowMs()}", inboxes.AddressOf(Inboxes.Examples), time.NowMs(), withPayer: true);
        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members.ToDictionary()), out _)!;
        if (RequestReader.Read(country, operation, body, new RequestContext(true, banks), out var error) is not { } fields)
        {
            throw new InvalidOperationException($"{country.Name}: its own example is refused: {error}");
        }

        var reply = await creation.CreateAsync(merchant, fields, hosted: true, unpaid.Refusal(merchant), cancellation);
        if (reply.Result is not CreateResult.Created { Order: var order })
        {
            return null;
        }

        unpaid.Made(merchant);
        return new Uri(pages.Of(order)).AbsolutePath;
    }

    /// <summary>The members of a creation, without its sign, from the country's own examples.</summary>
    /// <param name="operation">A creation.</param>
    /// <param name="tradeNo">Its number.</param>
    /// <param name="notifyUrl">Where its result is told.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="withPayer">Also what some ways need of the payer, and never the way itself; otherwise what is required alone.</param>
    public static IReadOnlyList<KeyValuePair<string, string?>> SampleOf(Operation operation, string tradeNo, string notifyUrl, long nowMs, bool withPayer = false) =>
    [
        .. from field in operation.Fields
           where field.Role != FieldRole.Sign && (field.Presence == Presence.Required || field.Role == FieldRole.NotifyUrl
               || (withPayer && !string.IsNullOrEmpty(field.Example) && field.Role is not (FieldRole.Way or FieldRole.Channel or FieldRole.Bank or FieldRole.ReturnUrl or FieldRole.Remark)))
           select KeyValuePair.Create(field.Name, field.Role switch
           {
               FieldRole.TradeNo => tradeNo,
               FieldRole.NotifyUrl => notifyUrl,
               FieldRole.Timestamp => nowMs.ToString(System.Globalization.CultureInfo.InvariantCulture),
               _ => field.Example,
           }),
    ];
}
