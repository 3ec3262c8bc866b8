using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Paypro.Server.Platform;

/// <summary>
/// What each caller may ask of this process, counted in its own memory: n nodes let n times as much through. Whoever has the right
/// key is never kept out by others: only a call whose signature is not right counts for the address that it came from, and a right one
/// for its merchant. What checking costs is bounded by the bodies that are held at once.
/// </summary>
internal sealed class RateLimits(PayproOptions options, Installation installation, TimeProvider time, ILogger<RateLimits> log)
{
    public const string MeterName = "Paypro.RateLimits";

    /// <summary>Callers of one kind held at once: some ten megabytes at most.</summary>
    public const int MostKeys = 100_000;

    /// <summary>Merchants' calls whose bodies are being read at once, of all and of one address: 64 MiB.</summary>
    public const int MostBodies = 4096, MostBodiesOfAddress = 1024;

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("paypro.rate_limits.refused", "{call}", "Calls that were too many, by limit");

    /// <summary>Counts nothing of each limit.</summary>
    public static void CountFromZero()
    {
        foreach (var limit in (string[])["merchant", "account-check", "address", "page", "wrong-signature", "stale", "sign-in", "operator"])
        {
            Refused.Add(0, new KeyValuePair<string, object?>("limit", limit));
        }
    }

    private readonly RateLimit<long> _merchants = Make<long>(options.RateLimits.PerMerchantPerSecond, 2000, 2, installation, TimeSpan.FromSeconds(1), time);
    private readonly RateLimit<CallerAddress> _addresses = Make<CallerAddress>(options.RateLimits.PerAddressPerSecond, 2000, 2, installation, TimeSpan.FromSeconds(1), time);
    private readonly RateLimit<(CallerAddress, long)> _wrongSignatures = Make<(CallerAddress, long)>(options.RateLimits.WrongSignaturesPerMinute, 20, 1, installation, TimeSpan.FromMinutes(1), time);
    private readonly RateLimit<long> _stale = Make<long>(null, 50, 2, installation, TimeSpan.FromSeconds(1), time);
    private readonly RateLimit<long> _accountChecks = Make<long>(options.RateLimits.AccountChecksPerMinute, 600, 1, installation, TimeSpan.FromMinutes(1), time);
    private readonly RateLimit<long> _accountChecksOfDay = Make<long>(options.RateLimits.AccountChecksPerDay, 20_000, 1, installation, TimeSpan.FromDays(1), time);
    private readonly RateLimit<CallerAddress> _pages = Make<CallerAddress>(options.RateLimits.PagesPerSecond, 50, 10, installation, TimeSpan.FromSeconds(1), time);

    private readonly RateLimit<CallerAddress> _wrongTokens = new(30, TimeSpan.FromMinutes(1), 30, MostKeys, time);
    private readonly RateLimit<CallerAddress> _signIns = new(30, TimeSpan.FromMinutes(1), 30, MostKeys, time);
    private readonly RateLimit<CallerAddress> _files = Make<CallerAddress>(options.RateLimits.FilesPerSecond, 500, 10, installation, TimeSpan.FromSeconds(1), time);
    private readonly RateLimit<string> _orders = Make<string>(options.RateLimits.PerOrderPerMinute, 20, 1, installation, TimeSpan.FromMinutes(1), time);
    private readonly LogSample _logged = new(time);

    /// <summary>The merchants' calls whose bodies are being read.</summary>
    public Places<CallerAddress> Bodies { get; } = new(MostBodies, MostBodiesOfAddress);

    /// <summary>A call to the merchant API that no right signature was found in; see <see cref="RateLimit{TKey}.Take"/>.</summary>
    public int Unsigned(CallerAddress from) => Told(_addresses.Take(from), "address");

    /// <summary>A wrong signature for a merchant, who need not exist.</summary>
    public int WrongSignature(CallerAddress from, long merchantNo) => Told(_wrongSignatures.Take((from, merchantNo)), "wrong-signature");

    /// <summary>A call whose signature was right.</summary>
    public int Merchant(long merchantNo) => Told(_merchants.Take(merchantNo), "merchant");

    /// <summary>
    /// The same, where it would create an order and is too old or too new: whoever copied one could otherwise send it until the merchant
    /// itself is refused.
    /// </summary>
    public int Stale(long merchantNo) => Told(_stale.Take(merchantNo), "stale");

    /// <summary>A call of a merchant that asks who holds an account.</summary>
    public int AccountCheck(long merchantNo) => Told(_accountChecks.Take(merchantNo) is > 0 and var wait ? wait : _accountChecksOfDay.Take(merchantNo), "account-check");

    /// <summary>A payer's call to a page.</summary>
    public int Page(CallerAddress from) => Told(_pages.Take(from), "page");

    /// <summary>What costs more than a look and is done for one order: a voucher that is written, a receipt's code that is handed in.</summary>
    /// <param name="number">The order's; one that exists, so that nobody can fill the memory with others.</param>
    public int Order(string number) => Told(_orders.Take(number), "order");

    /// <summary>A call for what is the same for all: a file of a page, a logo, the reference.</summary>
    public int File(CallerAddress from) => Told(_files.Take(from), "file");

    /// <summary>Somebody who signs in, or uses a link, from an address: each costs a quarter of a second of a core.</summary>
    public int SignIn(CallerAddress from) => Told(_signIns.Take(from), "sign-in");

    /// <summary>A call to the operator API without a token that is open.</summary>
    public int Operator(CallerAddress from) => Told(_wrongTokens.Take(from), "operator");

    /// <summary>Counts a call that was refused since too many are under way.</summary>
    public void Full(string limit) => Told(1, limit);

    /// <summary>Takes the address that a named proxy forwards for the caller's own; without a named proxy no header is believed.</summary>
    /// <exception cref="BadSettingException">Not addresses or networks.</exception>
    public static ForwardedHeadersOptions? Forwarding(PayproOptions options)
    {
        var proxies = options.KnownProxies.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (proxies.Length == 0)
        {
            return null;
        }

        // Every proxy in the chain must be named: the first address from the right that is not is the caller.
        var forwarding = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        forwarding.KnownProxies.Clear();
        forwarding.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarding.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(proxy, out var network))
            {
                forwarding.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new BadSettingException($"Paypro__KnownProxies: '{proxy}' is no IP address or network such as 10.0.0.0/8.");
            }
        }

        return forwarding;
    }

    private static RateLimit<TKey> Make<TKey>(int? setting, int live, int bursts, Installation installation, TimeSpan period, TimeProvider time)
        where TKey : notnull
    {
        var count = setting ?? (installation.IsSandbox ? 0 : live);
        return new(count, period, Math.Max(1, count * bursts), MostKeys, time);
    }

    private int Told(int seconds, string limit)
    {
        if (seconds > 0)
        {
            Refused.Add(1, new KeyValuePair<string, object?>("limit", limit));
            if (_logged.Takes(limit, out var count))
            {
                log.LogWarning("{Count} calls were more than the limit {Limit} allows, since this was last said", count, limit);
            }
        }

        return seconds;
    }
}
