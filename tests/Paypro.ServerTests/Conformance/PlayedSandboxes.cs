using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Reference;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Conformance;

/// <summary>One whole sandbox for each engine, loops and simulated bank included, started when first needed.</summary>
public sealed class PlayedSandboxes : IAsyncDisposable
{
    private readonly Dictionary<Engine, Lazy<Task<PlayedSandbox>>> sandboxes = new()
    {
        [Engine.Sqlite] = new(() => PlayedSandbox.StartAsync(Engine.Sqlite)),
        [Engine.Postgres] = new(() => PlayedSandbox.StartAsync(Engine.Postgres)),
    };

    internal Task<PlayedSandbox> GetAsync(Engine engine) => sandboxes[engine].Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in sandboxes.Values.Where(sandbox => sandbox.IsValueCreated))
        {
            await (await sandbox.Value).Host.DisposeAsync();
        }
    }
}

/// <summary>An order that has succeeded.</summary>
/// <param name="TradeNo">The merchant's number.</param>
/// <param name="Number">Ours.</param>
/// <param name="RailReference">The network's code.</param>
/// <param name="RefundNo">The merchant's number of a refund of it.</param>
internal sealed record PlayedOrder(string TradeNo, string Number, string RailReference, string RefundNo = "");

/// <summary>A sandbox in which a test plays the payer and the bank.</summary>
internal sealed class PlayedSandbox
{
    private PlayedSandbox(SandboxHost host) => Host = host;

    public SandboxHost Host { get; }

    public static async Task<PlayedSandbox> StartAsync(Engine engine) => new(await SandboxHost.StartAsync(engine, ScriptedChannel.PutWithRefunds, null));

    /// <summary>Makes the order that an operation asks about and lets it succeed; a submission's pay-in stays unpaid.</summary>
    public async Task<PlayedOrder> PlayAsync(CountryDocument document, Operation question, string tradeNo)
    {
        var isPayout = question.Kind is OperationKind.QueryPayout or OperationKind.Proof;
        var creation = document.Reference.Operations
            .Where(operation => operation.Operation.Creates && operation.Operation.ConcernsPayIns != isPayout)
            .OrderBy(operation => operation.Operation.Kind)
            .First();

        // Nobody listens there, and nothing leaves the machine.
        var body = creation.Requests[0].Body.DeepClone().AsObject();
        if (creation.Operation.Fields.FirstOrDefault(field => field.Role == FieldRole.NotifyUrl) is { } notifyUrl)
        {
            body[notifyUrl.Name] = "http://127.0.0.1:9/notify";
        }

        var created = await PostAsync(document, creation, FlatBody.Parse(body.ToJsonString()).With("tradeNo", tradeNo));
        Assert.True(created.Code == "0000", created.Text);
        var number = created["platFormTradeNo"]!;
        if (question.Kind is OperationKind.SubmitReference or OperationKind.CancelPayIn)
        {
            return new PlayedOrder(tradeNo, number, "");
        }

        if (!isPayout)
        {
            var order = await Host.OrderAsync(number);
            var amount = Protocol.AmountText.WholeOrFixed(order.AmountMinor, Protocol.Currency.Get(order.Currency));
            var code = question.Fields.FirstOrDefault(field => field.Role == FieldRole.RailReference)?.Example;
            var utr = code is null ? "" : $",\"utr\":\"{code}\"";
            var (status, json) = await Host.SandboxAsync($"/sandbox/payins/{number}", $$"""{"action":"pay","amount":"{{amount}}"{{utr}}}""");
            Assert.True(status == 200, json.GetRawText());
        }

        var done = await Host.UntilAsync(number, order => order.State == OrderState.Paid);
        Assert.Equal(OrderState.Paid, done.State);
        var played = new PlayedOrder(tradeNo, number, OrderViews.Of(done).RailReference ?? "", $"r{tradeNo}");
        if (question.Kind == OperationKind.QueryRefund)
        {
            await RefundAsync(document, played);
        }

        return played;
    }

    /// <summary>Refunds a part of an order, and the rail says that it went out.</summary>
    private async Task RefundAsync(CountryDocument document, PlayedOrder order)
    {
        var operation = document.Reference.Operations.Single(o => o.Operation.Kind == OperationKind.CreateRefund);
        var refunded = await AskAsync(document, operation, operation.Requests[0], order);
        Assert.True(refunded.Code == "0000", refunded.Text);
        await using var context = Host.Get<IContexts>().Create();
        var refund = context.Orders.Single(o => o.Number == refunded["refundNumber"]);
        var attempt = context.Attempts.Single(a => a.Bucket == refund.Bucket && a.OrderId == refund.Id);
        var offer = Host.Get<Server.Merchants.SnapshotStore>().Current.Accounts[attempt.ChannelAccountId];
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.Refund, Reference = attempt.Reference, AmountMinor = refund.AmountMinor,
            Currency = refund.Currency, DedupeKey = attempt.Reference, RailReference = attempt.Reference,
        };
        Assert.Equal([ApplyResult.Applied], await Host.Get<Server.Statements.RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
    }

    /// <summary>Sends a documented question about an order.</summary>
    public Task<ApiAnswer> AskAsync(CountryDocument document, OperationReference operation, RequestExample request, PlayedOrder order)
    {
        var body = FlatBody.Parse(request.Body.ToJsonString());
        foreach (var field in operation.Operation.Fields)
        {
            _ = field.Role switch
            {
                FieldRole.TradeNo => body.With(field.Name, order.TradeNo),
                FieldRole.RefundNo => body.With(field.Name, order.RefundNo),
                FieldRole.NotifyUrl => body.With(field.Name, "http://127.0.0.1:9/notify"),
                FieldRole.Number => body.With(field.Name, order.Number),
                FieldRole.RailReference when order.RailReference.Length > 0 => body.With(field.Name, order.RailReference),
                _ => body,
            };
        }

        return PostAsync(document, operation, body);
    }

    private Task<ApiAnswer> PostAsync(CountryDocument document, OperationReference operation, FlatBody body)
    {
        var merchant = document.Reference.Merchant!;
        return new SignedClient(Host.Http, merchant.Number, merchant.Secret).PostRawAsync(operation.Address, body.SignedWith(merchant.Secret).ToString());
    }
}
