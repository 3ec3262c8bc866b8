using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Cases;

/// <summary>A person is found by his exact phone number or account: the payer of an order, its recipient, or whoever sent money of no order.</summary>
public sealed class FindPersonTests
{
    private const string Phone = "254712345678", Clabe = "646180110000000099";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APersonIsFoundByWhatHeIsKnownByAndByNoPartOfIt(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var kenya = cases.Ground.The<SnapshotStore>().Current.Merchant(1000000006)!;
        var payIn = Assert.IsType<CreateResult.Created>((await cases.Ground.The<PayInCreation>().CreateAsync(kenya, Fields(cases, kenya, OperationKind.CreatePayIn, "in"), hosted: false, null, CancellationToken.None)).Result).Order;
        var payout = Assert.IsType<CreateResult.Created>(await cases.Ground.The<PayoutCreation>().CreateAsync(kenya, Fields(cases, kenya, OperationKind.CreatePayout, "out"), null, null)).Order;
        var shop = await cases.Ground.OpenShopAsync(payIn: new TermsRow());
        var order = await shop.PayInAsync(91_00);
        var offer = cases.Ground.The<SnapshotStore>().Current.Accounts[101];
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "nobody", AmountMinor = 91_00, Currency = "MXN", OccurredAtMs = cases.Ground.NowMs, RailReference = "T1", DedupeKey = "T1",
            Sender = new Person { Account = Clabe, Name = "Somebody" },
        };
        Assert.Equal([ApplyResult.Suspense], await cases.Ground.The<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
        Assert.Equal([ApplyResult.Repeated], await cases.Ground.The<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
        var lost = await cases.Ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == "suspense"));

        foreach (var typed in (string[])[Phone, "+254 712 345 678", "0712 345 678", " +254-712-345678 "])
        {
            var page = (await support.PostAsync("/operator/find", ("person", typed))).Html;
            Assert.Contains($"/operator/orders/{payIn.Number}\"", page, StringComparison.Ordinal);
            Assert.Contains($"/operator/orders/{payout.Number}\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain(typed.Trim(), page, StringComparison.Ordinal);
        }

        Assert.Contains($"/operator/cases/{lost.Id}\"", (await support.PostAsync("/operator/find", ("person", "6461 8011 0000 0000 99"))).Html, StringComparison.Ordinal);
        foreach (var typed in (string[])["71234567", "254712345679", "64618011000000009", "Somebody", new string('1', 101), "%", "\u0001"])
        {
            Assert.Contains("Nothing was found", (await support.PostAsync("/operator/find", ("person", typed))).Html, StringComparison.Ordinal);
        }

        Assert.Contains("type a phone number or an account", (await support.PostAsync("/operator/find", ("person", ""))).Html, StringComparison.Ordinal);

        // Assigned, it is the order's.
        Assert.Equal(AssignResult.Assigned, await cases.Ground.The<AssignSuspense>().AssignAsync(101, "T1", order.Order.Number, "operator:1", CancellationToken.None));
        var (found, looked) = await cases.Ground.The<Findings>().FindPersonAsync(Clabe, CancellationToken.None);
        Assert.Equal(order.Order.Number, Assert.Single(found).Order?.Number);

        // Neither the rows nor the log name anybody; who looked stands there.
        var rows = await cases.Ground.ReadAsync(c => c.KnownPersons.ToListAsync());
        Assert.All(rows, r => Assert.Matches("^[0-9a-f]{32}$", r.Mark));
        Assert.Contains(rows, r => looked.Contains(r.Mark));
        var log = await cases.Ground.ReadAsync(c => c.Audit.AsNoTracking().Where(a => a.Action == "people.find").ToListAsync());
        Assert.Equal(12, log.Count);
        Assert.All(log, a => Assert.Contains($"user:{support.UserId}", a.Actor, StringComparison.Ordinal));
        Assert.All(log, a => Assert.DoesNotContain("712", $"{a.Subject}{a.Reason}", StringComparison.Ordinal));
        Assert.All(log, a => Assert.DoesNotContain("345678", $"{a.After}", StringComparison.Ordinal));
    }

    private static RequestFields Fields(CaseGround cases, Merchant merchant, OperationKind kind, string tradeNo)
    {
        var operation = merchant.Country.FindOperation(kind)!;
        var members = operation.Fields.Where(f => f.Presence == Presence.Required && f.Name != "sign").ToDictionary(f => f.Name, f => f.LiveExample ?? f.Example);
        (members["tradeNo"], members["mobile"], members["notifyUrl"]) = (tradeNo, Phone, "http://127.0.0.1:9/n");
        members["timestamp"] = cases.Ground.NowMs.ToString(CultureInfo.InvariantCulture);
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var fields = RequestReader.Read(merchant.Country, operation, body, new RequestContext(true, cases.Ground.The<SnapshotStore>().Current.Banks[merchant.Country.IsoCode]), out var error);
        Assert.Null(error);
        return fields!;
    }
}
