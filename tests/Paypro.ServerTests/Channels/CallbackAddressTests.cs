using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>The addresses that rails call.</summary>
public sealed class CallbackAddressTests(SandboxHosts hosts) : IClassFixture<SandboxHosts>
{
    private const long Account = 101;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWrongKeyIsAnsweredLikeAForgeryAndWhatFollowsARightOneReachesTheChannel(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var key = await KeyAsync(host);
        var forged = await SendAsync(host, HttpMethod.Post, $"/callbacks/{key}");
        foreach (var wrong in (string[])["101", "7", key[..^1], key + "0", new string('0', 32)])
        {
            var unknown = await SendAsync(host, HttpMethod.Post, $"/callbacks/{wrong}");
            Assert.Equal((forged.StatusCode, await forged.Content.ReadAsStringAsync()), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync()));
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(host, HttpMethod.Get, $"/callbacks/{wrong}/probe")).StatusCode);
        }

        Assert.Equal("""{"path":""}""", await (await SendAsync(host, HttpMethod.Get, $"/callbacks/{key}")).Content.ReadAsStringAsync());
        Assert.Equal("""{"path":"/v2/probe"}""", await (await SendAsync(host, HttpMethod.Get, $"/callbacks/{key}/v2/probe?a=b")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(host, HttpMethod.Put, $"/callbacks/{key}/spei")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(host, HttpMethod.Post, $"/callbacks/{key}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(host, HttpMethod.Delete, $"/callbacks/{key}")).StatusCode);
    }

    /// <summary>An address that has sent nothing but forgeries is not kept out: some rails do not repeat.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnAuthenticCallbackAfterManyForgedOnesIsApplied(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var key = await KeyAsync(host);
        var order = await host.PayInAsync(300, $"forged-{engine}");
        var attempt = (await host.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Attempts[0];
        var account = host.Get<SnapshotStore>().Current.Accounts[Account].Account;
        var nowMs = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var bank = SandboxStory.Pay(SandboxBank.Fresh(account, Direction.PayIn, attempt.Reference, 0, "MXN", nowMs), 300_00, nowMs);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
            (await SendAsync(host, HttpMethod.Post, $"/callbacks/{key}", SandboxCallback.Forge(account, bank, bank.Movements[0], nowMs))).StatusCode));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Unauthorized, status));

        var authentic = SandboxCallback.Write(account, bank, 0, nowMs);
        var answers = new List<(HttpStatusCode Status, string Body)>();
        for (var i = 0; i < 3; i++)
        {
            var answer = await SendAsync(host, HttpMethod.Post, $"/callbacks/{key}", authentic);
            answers.Add((answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }

        Assert.Equal((HttpStatusCode.OK, """{"received":true}"""), Assert.Single(answers.Distinct()));
        var paid = await host.OrderAsync(order.Number);
        Assert.Equal((OrderState.Paid, 300_00L), (paid.State, paid.PaidMinor));
        Assert.Equal(1, await host.ReadAsync(c => c.Statements.CountAsync(s => s.OrderId == order.Id)));
    }

    private static Task<string> KeyAsync(SandboxHost host) =>
        host.ReadAsync(c => c.ChannelAccounts.Where(a => a.Id == Account).Select(a => a.CallbackKey).SingleAsync());

    private static async Task<HttpResponseMessage> SendAsync(SandboxHost host, HttpMethod method, string path, CallbackRequest? callback = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(callback?.Body.ToArray() ?? "{}"u8.ToArray());
            foreach (var (name, value) in callback?.Headers.Where(h => h.Key != "Content-Type") ?? [])
            {
                request.Headers.Add(name, value);
            }
        }

        return await host.Http.SendAsync(request);
    }
}
