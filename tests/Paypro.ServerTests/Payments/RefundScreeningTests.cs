using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screening;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>The screening service is asked before a refund is sent, as before a payout: by the rail's own call, and as a payout to the sender.</summary>
public sealed class RefundScreeningTests : IDisposable
{
    private static readonly DecidedBy By = new("operator:1", "operator:2", "passport", "seen");
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"paypro-screening-{Guid.NewGuid():N}.key");

    public RefundScreeningTests() => File.WriteAllText(_keyFile, "a-secret-of-the-screening-of-a-test-0123\n");

    /// <summary>Both engines, and whether the rail has a call for refunds.</summary>
    public static TheoryData<Engine, bool> Both => new() { { Engine.Sqlite, true }, { Engine.Sqlite, false }, { Engine.Postgres, true }, { Engine.Postgres, false } };

    public void Dispose() => File.Delete(_keyFile);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnlyWhatIsClearedOrReleasedGoesBack(Engine engine, bool hasRefunds)
    {
        var service = new ScreeningService { Answer = _ => new(HttpStatusCode.OK, """{"result":"hit","reference":"LIST-7"}""") };
        await using var ground = await RefundGround.StartAsync(
            engine, hasRefunds, also: s => s.AddSingleton(p => new Screener(p.GetRequiredService<PayproOptions>(), TimeProvider.System, service)));
        var screening = ground.Ground.The<PayproOptions>().Screening;
        (screening.Url, screening.KeyFile) = ("http://screening.local/screen", _keyFile);
        var sent = 0;
        ground.Channel.Refunds = _ => Task.FromResult<SendOutcome>(Interlocked.Increment(ref sent) > 0 ? new SendOutcome.Accepted() : null!);
        ground.Channel.Sends = _ => Task.FromResult<SendOutcome>(Interlocked.Increment(ref sent) > 0 ? new SendOutcome.Accepted() : null!);
        var payIn = await ground.PaidAsync(100_00, sender: new Person { Name = "ana", Account = "646180157000000004" });

        // A hit holds it; refused by two it fails, and the payment can be refunded again.
        var refused = await ground.CreatedAsync(payIn, "r1", "40");
        await TurnsAsync();
        Assert.Equal((0, AttemptState.Held), (sent, (await ground.AttemptAsync(refused)).State));
        var (id, body, _) = Assert.Single(service.Asked);
        using (var question = JsonDocument.Parse(body))
        {
            Assert.Equal(
                ($"refund:{refused.Number}", "refund", "646180157000000004", "ana", 40_00L),
                (id, Text("kind"), Text("account"), Text("name"), question.RootElement.GetProperty("amountMinor").GetInt64()));

            string? Text(string name) => question.RootElement.GetProperty(name).GetString();
        }

        var open = await ground.Ground.ReadAsync(c => c.Cases.SingleAsync(x => x.State == CaseState.Open));
        Assert.Equal((CaseKind.HeldPayout, refused.Number), (open.Kind, open.Subject));
        Assert.StartsWith($"Refund {refused.Number} is held: {Paypro.Server.Payouts.KeepingBack.Screened}, reference LIST-7", open.Text, StringComparison.Ordinal);
        Assert.Equal("0015", OrderViews.Status(await ground.OrderAsync(refused.Key)));
        Assert.True((await ground.Ground.The<Decisions>().RefuseAsync(refused.Number, By, CancellationToken.None)).Done);
        Assert.Equal((OrderState.Failed, 0L), ((await ground.OrderAsync(refused.Key)).State, (await ground.OrderAsync(payIn.Order.Key)).RefundingMinor));
        Assert.Equal(new Holdings(600_00, 0, 0, 0), await ground.Shop.HoldingsAsync());

        // No answer holds it too, until there is one.
        service.Answer = _ => new(0, "");
        var silent = await ground.CreatedAsync(payIn, "r2", "30");
        await TurnsAsync();
        Assert.Equal((0, AttemptState.Screening), (sent, (await ground.AttemptAsync(silent)).State));
        Assert.Equal(1, await OpenAsync(CaseKind.UnscreenedPayout));
        Assert.True((await ground.Ground.The<Decisions>().ReleaseAsync(silent.Number, By, CancellationToken.None)).Done);
        await TurnsAsync();
        Assert.Equal((1, AttemptState.Accepted), (sent, (await ground.AttemptAsync(silent)).State));

        service.Answer = _ => new(HttpStatusCode.OK, """{"result":"clear"}""");
        var clear = await ground.CreatedAsync(payIn, "r3", "20");
        await TurnsAsync();
        Assert.Equal((2, AttemptState.Accepted), (sent, (await ground.AttemptAsync(clear)).State));
        Assert.Equal((0, 0), (await OpenAsync(CaseKind.UnscreenedPayout), await OpenAsync(CaseKind.HeldPayout)));
        Assert.Single(service.Asked, a => a.Id == $"refund:{clear.Number}");
        await ground.SoundAsync();

        async Task TurnsAsync()
        {
            for (var i = 0; i < 4; i++)
            {
                ground.Ground.Time.SetToReal();
                await ground.TurnAsync();
                await ground.Ground.The<OrderClock>().WhenIdleAsync();
            }
        }

        Task<int> OpenAsync(string kind) => ground.Ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == kind && x.State == CaseState.Open));
    }
}
