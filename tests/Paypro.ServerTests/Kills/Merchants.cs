using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Kills;

/// <summary>What a merchant was told, written down outside the server.</summary>
internal sealed record Acknowledged(string TradeNo, bool IsPayout, string Number, string? Clabe);

/// <summary>
/// A merchant's program under load: it creates orders at a steady pace, whether or not earlier ones were answered, repeats what was not
/// answered until it is, and its payers pay. Some orders are asked for once more and must be the same ones.
/// </summary>
internal sealed class Merchants(IReadOnlyList<Uri> servers, string notifyUrl) : IDisposable
{
    public const int PayInUnits = 300;
    public const int PayoutUnits = 100;
    private const int MostUnderWay = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly HttpClient[] _clients = [.. servers.Select(s => new HttpClient { BaseAddress = s, Timeout = TimeSpan.FromSeconds(15) })];
    private readonly CancellationTokenSource _enough = new();
    private int _turn;
    private int _repeats;

    public ConcurrentDictionary<string, Acknowledged> Told { get; } = new();

    /// <summary>Trade numbers of pay-ins whose payment the bank has confirmed.</summary>
    public ConcurrentDictionary<string, byte> Paid { get; } = new();

    /// <summary>Calls that found no answer or a server that is not ready, and were made again.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>Waits for the next payment that the bank confirms; no longer than a merchant waits for an answer.</summary>
    public async Task NextPaidAsync()
    {
        var (paid, started) = (Paid.Count, TimeProvider.System.GetTimestamp());
        while (Paid.Count == paid && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Starts no new orders; those under way are still finished.</summary>
    public void Enough() => _enough.Cancel();

    /// <param name="aSecond">New orders a second, on a schedule; what the servers cannot take at the moment is left out and not made up for.</param>
    public async Task RunAsync(int aSecond)
    {
        var underWay = new List<Task>();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / aSecond), TimeProvider.System);
        for (var i = 0; !_enough.IsCancellationRequested; i++)
        {
            await tick.WaitForNextTickAsync();
            if (underWay.Count >= MostUnderWay)
            {
                await Task.WhenAll(underWay.Where(t => t.IsCompleted));
                underWay.RemoveAll(t => t.IsCompleted);
            }

            if (underWay.Count < MostUnderWay)
            {
                underWay.Add(OrderAsync(i));
            }
        }

        await Task.WhenAll(underWay);
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _enough.Dispose();
    }

    private async Task OrderAsync(int i)
    {
        var tradeNo = string.Create(CultureInfo.InvariantCulture, $"k-{i}");
        var made = await CreateAsync(tradeNo, isPayout: i % 3 == 0);
        Assert.True(Told.TryAdd(tradeNo, made));
        if (i % 5 == 0)
        {
            Assert.Equal(made, await CreateAsync(tradeNo, made.IsPayout));
        }

        if (!made.IsPayout)
        {
            await PayAsync(made);
            Assert.True(Paid.TryAdd(tradeNo, 0));
        }
    }

    private Task<Acknowledged> CreateAsync(string tradeNo, bool isPayout) => RepeatAsync(async http =>
    {
        var merchant = SignedClient.Mexico(http);
        var answer = isPayout
            ? await merchant.PostAsync(
                "/mex-pay/v1/paypro/payOut", ("tradeNo", tradeNo), ("amount", PayoutUnits), ("wayCode", "BANXICO"), ("customerName", "ana"),
                ("customerAccountType", "DebitCard"), ("customerAccount", "4111111111111111"), ("notifyUrl", notifyUrl))
            : await merchant.PostAsync("/mex-pay/v1/paypro/payInApi", ("tradeNo", tradeNo), ("amount", PayInUnits), ("wayCode", "va"), ("notifyUrl", notifyUrl));
        if (answer.Http is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout || answer.Code == "5000")
        {
            return null;
        }

        Assert.True(answer.Code == "0000", answer.Text);
        return new Acknowledged(tradeNo, isPayout, answer["platFormTradeNo"]!, isPayout ? null : answer["paymentInfo"]);
    });

    private Task<Acknowledged> PayAsync(Acknowledged payIn) => RepeatAsync(async http =>
    {
        using var body = new StringContent(string.Create(CultureInfo.InvariantCulture, $$"""{"action":"pay","amount":{{PayInUnits}},"utr":"u{{payIn.TradeNo}}"}"""));
        using var answer = await http.PostAsync(new Uri($"sandbox/payins/{payIn.Number}", UriKind.Relative), body);
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError)
        {
            return null;
        }

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return payIn;
    });

    private async Task<T> RepeatAsync<T>(Func<HttpClient, Task<T?>> call)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                if (await call(_clients[(uint)Interlocked.Increment(ref _turn) % _clients.Length]) is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or SocketException)
            {
                // The server was killed, or has not come back: nobody knows whether it was done, so it is asked for again.
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, CancellationToken.None);
        }

        throw new TimeoutException($"No server answered within {Patience}.");
    }
}
