using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>The routes with which a developer is the payer and the bank.</summary>
public sealed class HandTests
{
    private const long Opening = 100_000_000;

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ThePayerPaysFailsComesLateAndTakesItBack(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var paid = await host.PayInAsync(300, "p1");
        var first = await host.SandboxAsync($"/sandbox/payins/{paid.Number}", """{"action":"pay","amount":"100","utr":"U1"}""");
        Assert.Equal((200, "PartlyPaid", "U1"), (first.Status, first.Json.GetProperty("state").GetString(), first.Json.GetProperty("utr").GetString()));

        // The same utr again is the same transfer; another one pays the rest.
        await host.SandboxAsync($"/sandbox/payins/{paid.Number}", """{"action":"pay","amount":"100","utr":"U1"}""");
        Assert.Equal(100_00, (await host.OrderAsync(paid.Number)).PaidMinor);
        var rest = await host.SandboxAsync($"/sandbox/payins/{paid.Number}", """{"action":"pay","amount":200.00}""");
        Assert.Equal("Paid", rest.Json.GetProperty("state").GetString());
        Assert.Equal(Opening + 300_00, await host.BalanceAsync(AccountKind.Available));

        var some = await host.SandboxAsync($"/sandbox/payins/{paid.Number}", """{"action":"return","amount":"0.50"}""");
        Assert.Equal((200, 50L), (some.Status, (await host.OrderAsync(paid.Number)).ReturnedMinor));
        Assert.Equal(Opening + 300_00 - 50, await host.BalanceAsync(AccountKind.Available));

        var late = await host.PayInAsync(50, "p2", "store");
        Assert.Equal("Expired", (await host.SandboxAsync($"/sandbox/payins/{late.Number}", """{"action":"expire"}""")).Json.GetProperty("state").GetString());
        Assert.Equal(409, (await host.SandboxAsync($"/sandbox/payins/{late.Number}", """{"action":"expire"}""")).Status);
        Assert.Equal("Paid", (await host.SandboxAsync($"/sandbox/payins/{late.Number}", """{"action":"pay","amount":"50"}""")).Json.GetProperty("state").GetString());
        Assert.Equal(OrderExceptions.Late, (await host.OrderAsync(late.Number)).Exceptions);

        var failed = await host.PayInAsync(70, "p3");
        Assert.Equal("Failed", (await host.SandboxAsync($"/sandbox/payins/{failed.Number}", """{"action":"fail"}""")).Json.GetProperty("state").GetString());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheBankDecidesAboutPayouts(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var payout = (await host.PayoutAsync(500, "b1")).Number;
        await host.UntilAsync(payout, o => o.State == OrderState.Paid);
        Assert.Equal(409, (await host.SandboxAsync($"/sandbox/payouts/{payout}", """{"action":"fail"}""")).Status);
        var returned = await host.SandboxAsync($"/sandbox/payouts/{payout}", """{"action":"return"}""");
        Assert.Equal(200, returned.Status);
        await host.UntilAsync(payout, o => o.State == OrderState.Returned);
        Assert.Equal(Opening, await host.BalanceAsync(AccountKind.Available));

        // A bank that never answers is unknown until it says something after all.
        var silent = (await host.PayoutAsync(506, "b2")).Number;
        await host.UntilAsync(silent, o => o.TimerDueMs > 0 && o.EventCount >= 3);
        Assert.Equal(506_00, await host.BalanceAsync(AccountKind.Frozen));

        // The bank's own loop may be the one that tells it, a moment after the answer.
        Assert.Equal(200, (await host.SandboxAsync($"/sandbox/payouts/{silent}", """{"action":"succeed"}""")).Status);
        await host.UntilAsync(silent, o => o.State == OrderState.Paid);
        Assert.Equal(0, await host.BalanceAsync(AccountKind.Frozen));
    }

    [Fact]
    public async Task AnswersBadInputWithASentence()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        var payIn = (await host.PayInAsync(300, "e1")).Number;
        var hosted = (await host.PayInAsync(300, "e2", way: null)).Number;
        (string Path, string Body, int Status, string Sentence)[] cases =
        [
            ($"payins/{payIn}", "nonsense", 400, "body: must be JSON"),
            ($"payins/{payIn}", "[]", 400, "body: must be a JSON object"),
            ($"payins/{payIn}", """{"action":"pay"}""", 400, "amount: is required"),
            ($"payins/{payIn}", """{"action":"pay","amount":"-1"}""", 400, "amount: must be a number in plain decimal digits"),
            ($"payins/{payIn}", """{"action":"pay","amount":"0"}""", 400, "amount: must be greater than zero"),
            ($"payins/{payIn}", """{"action":"pay","amount":"1.001"}""", 400, "amount: must have at most 2 decimals"),
            ($"payins/{payIn}", """{"action":"pay","amount":true}""", 400, "amount: must be a number"),
            ($"payins/{payIn}", """{"action":"pay","amount":"1","utr":"a|b"}""", 400, "utr: must be 1 to 64 letters, digits, dots, dashes or underscores"),
            ($"payins/{payIn}", """{"action":"dance"}""", 400, "action: must be pay, fail, expire or return"),
            ($"payins/{payIn}", """{"action":"return"}""", 409, "No money has moved that could go back."),
            ($"payins/{hosted}", """{"action":"pay","amount":"1"}""", 409, "The payer has not chosen a way of paying yet: open the payment page first."),
            ("payins/0000000000000000", """{"action":"fail"}""", 404, "No pay-in has this number."),
            ("payins/x", """{"action":"fail"}""", 404, "No pay-in has this number."),
            ($"payouts/{payIn}", """{"action":"fail"}""", 404, "No payout has this number."),
            ($"notifications/{payIn}/resend", "", 409, "The order has no result yet, or no notifyUrl to tell it to."),
            ("suspense", """{"number":"1","amount":"1"}""", 409, "The bank does not know this number."),
            ("faults", """{"reorder":1}""", 400, "reorder: must be true or false"),
            ("faults", """{"repeatCallbacks":11}""", 400, "repeatCallbacks: must be 0 to 10"),
            ("faults", """{"channelAccountId":7}""", 400, "channelAccountId: no channel account has this number"),
        ];
        foreach (var (path, body, status, sentence) in cases)
        {
            var answer = await host.SandboxAsync($"/sandbox/{path}", body);
            Assert.Equal((status, sentence), (answer.Status, answer.Json.GetProperty("error").GetString()));
        }

        var huge = await host.SandboxAsync($"/sandbox/payins/{payIn}", new string(' ', 20_000));
        Assert.Equal(400, huge.Status);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyForAnUnknownNumberGoesToSuspenseWithACase(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);

        // Bucket 07 of the account's own prefix, with its check digit: one that could be leased and was not.
        var number = Protocol.Countries.Accounts.Clabe.Complete("64618010799999999");
        var answer = await host.SandboxAsync("/sandbox/suspense", $$"""{"number":"{{number}}","amount":"12.34","utr":"S1"}""");
        Assert.Equal(200, answer.Status);
        var receipt = await host.ReadAsync(c => c.Receipts.SingleAsync());
        Assert.Equal((12_34L, 0L, (short)7), (receipt.AmountMinor, receipt.OrderId, receipt.Bucket));

        Assert.Equal("suspense", await host.ReadAsync(c => c.Cases.Select(a => a.Kind).SingleAsync()));
        Assert.Equal(Opening, await host.BalanceAsync(AccountKind.Available));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task FaultyCallbacksChangeNothingAboutTheMoney(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var set = await host.SandboxAsync("/sandbox/faults", """{"repeatCallbacks":2,"falsify":true,"timeoutAfterAcceptance":true}""");
        Assert.Equal((200, 101), (set.Status, set.Json.GetProperty("channelAccountId").GetInt32()));
        var payIn = (await host.PayInAsync(300, "f1")).Number;
        var told = await host.SandboxAsync($"/sandbox/payins/{payIn}", """{"action":"pay","amount":"300"}""");

        // The bank's own loop may have been quicker: then all of them are its.
        Assert.Contains(told.Json.GetProperty("callbacksDelivered").GetInt32(), new[] { 0, 6 });
        Assert.Equal("Paid", told.Json.GetProperty("state").GetString());
        var payout = await host.UntilAsync((await host.PayoutAsync(400, "f2")).Number, o => o.State == OrderState.Paid);
        Assert.Equal(OrderState.Paid, payout.State);
        Assert.Equal(1, (await host.BankAsync(payout.Number)).GetProperty("sends").GetInt32());
        Assert.Equal(Opening + 300_00 - 400_00, await host.BalanceAsync(AccountKind.Available));
        await host.SandboxAsync("/sandbox/faults", "{}");
        Assert.Equal(SandboxFaults.None, host.Get<SandboxFaultPlans>()[101]);
    }

    [Fact]
    public async Task PrintsTheTableOfSteeringAmounts()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        var table = await host.Http.GetFromJsonAsync<JsonElement>("/sandbox/steering");
        Assert.Equal(SandboxSteering.Table.Count, table.GetArrayLength());
        Assert.Equal("01", table[0].GetProperty("ending").GetString());
    }
}
