using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Orders;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Fuzz;

/// <summary>
/// A merchant's calls in any order, one after another: creations, the same again, the same number with another amount, questions of the
/// owner and of another merchant, and payers who pay. What was answered once is answered again, and every answer fits the document.
/// </summary>
internal sealed class OrderStory
{
    private readonly ApiHost _host;
    private readonly Country _country;
    private readonly Dictionary<string, ApiOperation> _documented;
    private readonly TestMerchant _owner;
    private readonly TestMerchant _outsider;
    private readonly Random _random;
    private readonly string _prefix;
    private readonly List<Known> _orders = [];

    private OrderStory(ApiHost host, Country country, ApiDocument document, TestMerchant owner, TestMerchant outsider, Random random)
    {
        (_host, _country, _owner, _outsider, _random) = (host, country, owner, outsider, random);
        _documented = document.Operations.ToDictionary(operation => operation.Address, StringComparer.Ordinal);
        _prefix = string.Create(CultureInfo.InvariantCulture, $"story_{random.Next()}_");
    }

    public List<string> Problems { get; } = [];

    /// <summary>How often each kind of step was made.</summary>
    public Dictionary<string, int> Steps { get; } = new(StringComparer.Ordinal);

    public static async Task<OrderStory> OfAsync(ApiHost host, Country country, Random random)
    {
        var key = new TestKey(SigningAlgorithm.HmacSha256, "secret-of-the-story");
        return new OrderStory(host, country, await ApiDocument.FetchAsync(host.Http, country.Segment), await host.AddKeyAsync(country, key), await host.AddMerchantAsync(0, country.IsoCode, key), random);
    }

    public Task StepAsync() => _orders.Count == 0 ? CreateAsync() : _random.Next(9) switch
    {
        0 or 1 => CreateAsync(),
        2 => AgainAsync(Any()),
        3 => WithAnotherAmountAsync(Any()),
        4 when _orders.Find(order => order is { IsPayout: false, HasWay: true, IsPaid: false }) is { } unpaid => PayAsync(unpaid),
        5 => AskAsync(Any(), _outsider, "by another merchant"),
        _ => AskAsync(Any(), _owner, "by its owner"),
    };

    private Known Any() => _orders[_random.Next(_orders.Count)];

    private T OneOf<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private async Task CreateAsync()
    {
        var operation = OneOf([.. _country.Operations.Where(operation => operation.Creates)]);
        var tradeNo = _prefix + _orders.Count.ToString(CultureInfo.InvariantCulture);
        var body = FlatBody.Parse(OneOf(_documented[AddressOf(operation)].Examples)).Without("sign").With("tradeNo", tradeNo);
        var answer = await SendAsync(_owner, operation, body, "creation");
        if (Expect(answer.Code == "0000", "creation", body, answer))
        {
            var order = (await _host.The<OrderQueries>().FindAsync(answer["platFormTradeNo"]!, CancellationToken.None))!;
            _orders.Add(new Known(operation, body, tradeNo, answer["platFormTradeNo"]!, order.Order.AmountMinor, order.Current is not null));
        }
    }

    private async Task AgainAsync(Known order)
    {
        var answer = await SendAsync(_owner, order.Creation, order.Body, "the same again");
        Expect(answer.Code == "0000" && answer["platFormTradeNo"] == order.Number, "the same again", order.Body, answer);
    }

    private async Task WithAnotherAmountAsync(Known order)
    {
        var amount = order.Creation.Fields.Single(field => field.Role == FieldRole.Amount).Name;
        var body = FlatBody.Parse(order.Body.ToString());
        body = body.With(amount, body.TextOf(amount) + "0");
        var answer = await SendAsync(_owner, order.Creation, body, "another amount");
        Expect(answer.Code == "8000", "another amount", body, answer);
        Expect((await _host.The<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Order.AmountMinor == order.AmountMinor, "another amount", body, answer);
    }

    private async Task PayAsync(Known order)
    {
        Count("payment");
        await _host.PayAsync(order.Number, order.AmountMinor, $"utr_{order.Number}");
        order.IsPaid = true;
    }

    /// <summary>One of the questions that name an order.</summary>
    private async Task AskAsync(Known order, TestMerchant asker, string who)
    {
        var kind = order.IsPayout ? OperationKind.QueryPayout : OperationKind.QueryPayIn;
        var question = OneOf([.. _country.Operations.Where(operation => operation.Kind == kind)]);
        var body = FlatBody.Parse(OneOf(_documented[AddressOf(question)].Examples)).Without("sign");
        foreach (var field in question.Fields.Where(field => field.Role is FieldRole.TradeNo or FieldRole.Number))
        {
            body = body.With(field.Name, field.Role == FieldRole.TradeNo ? order.TradeNo : order.Number);
        }

        var answer = await SendAsync(asker, question, body, who);
        if (asker == _outsider)
        {
            Expect(answer.Code == "8000", who, body, answer);
        }
        else if (Expect(answer.Code == "0000" && answer["platFormTradeNo"] == order.Number, who, body, answer) && order.IsPaid)
        {
            Expect(order.PaidStatus is null || order.PaidStatus == answer.Status, "a paid order stays paid", body, answer);
            order.PaidStatus = answer.Status;
        }
        else if (!order.IsPaid)
        {
            Expect(order.OpenStatus is null || order.OpenStatus == answer.Status, "nothing has happened to the order", body, answer);
            order.OpenStatus = answer.Status;
        }
    }

    private string AddressOf(Operation operation) => $"/{_country.Segment}{operation.Path}";

    private async Task<ApiAnswer> SendAsync(TestMerchant merchant, Operation operation, FlatBody body, string step)
    {
        Count(step);
        var documented = _documented[AddressOf(operation)];
        var answer = await _host.SendHmacAsync(documented.Address, merchant.NoText, merchant.Secret, body.ToString());
        var problem = documented.CheckAnswer(answer);
        Expect(problem.Length == 0, $"{step}: {problem}", body, answer);
        return answer;
    }

    private void Count(string step) => Steps[step] = Steps.GetValueOrDefault(step) + 1;

    private bool Expect(bool isSo, string step, FlatBody body, ApiAnswer answer)
    {
        if (!isSo)
        {
            Problems.Add($"{_country.Segment}, {step}\n  sent {body}\n  answer {(int)answer.Http} {answer.Text}");
        }

        return isSo;
    }

    /// <summary>An order that was acknowledged.</summary>
    private sealed record Known(Operation Creation, FlatBody Body, string TradeNo, string Number, long AmountMinor, bool HasWay)
    {
        public bool IsPayout => Creation.Kind == OperationKind.CreatePayout;
        public bool IsPaid { get; set; }
        public string? PaidStatus { get; set; }
        public string? OpenStatus { get; set; }
    }
}
