using System.Security.Cryptography;
using Paypro.Protocol.Signing;

namespace Paypro.Client;

/// <summary>Whose calls are made, and where.</summary>
public sealed record PayproOptions
{
    /// <summary>The gateway's address without a country's segment: <c>https://gateway.example</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The merchant number.</summary>
    public required string MerchantNo { get; init; }

    /// <summary>The key's secret; never empty.</summary>
    public required string Secret { get; init => field = value.Length > 0 ? value : throw new ArgumentException("The secret is empty.", nameof(value)); }

    /// <summary>The kind of the key. Default: MD5, as the sandbox's keys are.</summary>
    public SigningAlgorithm Algorithm { get; init; } = SigningAlgorithm.Md5;

    /// <summary>How calls without a certain outcome are repeated.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The clock of timestamps, time-outs and waits. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"merchant {MerchantNo} at {Address}";
}

/// <summary>
/// How a call is repeated. An outcome that is certain (accepted, refused, certainly not stored) is never repeated; one that is unknown is repeated
/// as it was, with the same number and signature, and so is a call that the gateway was too busy to take.
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>Sends each call once.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>How often a call is sent at most, 1 to 20. Default: 5.</summary>
    public int MaxAttempts { get; init => field = value is >= 1 and <= 20 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 5;

    /// <summary>The wait before the second attempt; each later one is twice as long. Default: 500 ms.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest of these waits. The gateway's <c>Retry-After</c> may ask for a longer one. Default: 30 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take. Default: 60 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// After this time no attempt is begun; at most 10 minutes, since a live gateway takes a payout's signature for 15. Default: 5 minutes.
    /// </summary>
    public TimeSpan Within { get; init => field = value <= TimeSpan.FromMinutes(10) ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = TimeSpan.FromMinutes(5);

    /// <summary>Chance, 0 to 1: a wait is between half and the whole of what is due, so that many callers do not come back together.</summary>
    public Func<double> Jitter { get; init; } = () => RandomNumberGenerator.GetInt32(1001) / 1000.0;

    /// <summary>The wait after an attempt.</summary>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="retryAfter">What the gateway asked for; null when it did not.</param>
    internal TimeSpan DelayAfter(int attempt, TimeSpan? retryAfter)
    {
        var due = FirstDelay * Math.Pow(2, attempt - 1);
        due = (due < MaxDelay ? due : MaxDelay) * (0.5 + (Jitter() / 2));
        return retryAfter > due ? retryAfter.Value : due;
    }
}
