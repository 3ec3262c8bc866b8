using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite for the sandbox; each of its modes inherits this.</summary>
public abstract partial class SandboxCompliance : ChannelCompliance
{
    private readonly SandboxGround ground;
    private readonly SandboxGround broken;

    /// <summary>A mode.</summary>
    /// <param name="settings">The account's settings, name and value in turn.</param>
    protected SandboxCompliance(params string[] settings)
    {
        var mode = settings.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        ground = new SandboxGround(settings: mode) { Answer = Answer };
        broken = new SandboxGround(new BrokenRail(), mode);
    }

    protected override IChannel Channel => ground.Channel;

    protected override IChannel ChannelToBrokenRail => broken.Channel;

    protected override ChannelAccount Account => ground.Account;

    protected override ChannelAccount? RemoteAccount => ground.Remote;

    protected override ChannelAccount? SlowAccount => ground.With("answerDelayMs", "60000");

    protected override ChannelAccount? Rotated => Account with { Secrets = new ChannelSecrets([.. OldSecret, NewSecret]) };

    protected override Regex PayoutReferenceShape => Shape();

    protected override bool CallbacksProve(Direction direction) => CallbacksAreSigned && (PayInAnswers != PayInAnswers.Totals || direction != Direction.PayIn);

    protected override PayInDraft PayIn(string way) => SandboxGround.PayIn(way, 30_000);

    protected override PayoutDraft Payout(string accountType) => SandboxGround.Payout(20_000) with { AccountType = accountType };

    /// <summary>The secret's newest version signs; the older one still verifies until it ends.</summary>
    [Fact]
    public async Task The_newest_secret_signs()
    {
        if (CallbacksAreSigned)
        {
            ground.Signing = Rotated;
            var callback = await CallbackOfPaidPayIn(NumberOf("va", 81), 30_000);
            Assert.IsType<CallbackReading.Refused>(Read(Account, callback));
            Assert.IsNotType<CallbackReading.Refused>(Read(Rotated!, callback));
            Assert.IsNotType<CallbackReading.Refused>(Read(Account with { Secrets = new ChannelSecrets([NewSecret]) }, callback));
        }
    }

    protected override IEnumerable<CallbackRequest> AuthenticNonsense()
    {
        const string Whole = """{"account":7,"direction":"payIn","reference":"1","event":"paid","amountMinor":5,"currency":"MXN","key":"k"}""";
        string[] bodies =
        [
            "", "null", "[]", "{}", "5", "<html>", Whole[..^1], Whole.Replace("7", "8"), Whole.Replace("payIn", "sideways"), Whole.Replace("paid", "thought"),
            Whole.Replace(":5", ":0"), Whole.Replace(":5", ":-5"), Whole.Replace(":5", ":5.5"), Whole.Replace(":5", ":99999999999999999999"), Whole.Replace("\"k\"", "\"\""),
            Whole.Replace("MXN", ""), Whole.Replace("\"1\"", "\"\""), Whole.Replace("\"1\"", "null"), Whole.Replace("payIn", "payout").Replace("paid", "total"),
            Whole.Replace("payIn", "payout").Replace("paid", "question"), Whole.Replace("paid", "total").Replace("MXN", ""),
        ];
        return bodies.Select(body => Signed(Encoding.UTF8.GetBytes(body)));
    }

    protected override bool IsWellFormed(string kind, string number)
    {
        var digits = number.Select(c => c - '0').ToArray();
        return kind switch
        {
            "clabe" => digits.Length == 18 && ClabeSum(number) % 10 == 0,
            "store" => digits.Length == 16 && digits.Select((d, i) => i % 2 == 1 ? d : (d * 2 / 10) + (d * 2 % 10)).Sum() % 10 == 0,
            _ => false,
        };
    }

    protected override async Task<CallbackRequest> CallbackOfPaidPayout(string reference)
    {
        await ground.After(1_000);
        return Assert.Single(ground.Callbacks);
    }

    protected override async Task<CallbackRequest?> CallbackOfPaidRefund(string reference)
    {
        await ground.After(1_000);
        return ground.Callbacks[^1];
    }

    protected override async Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor)
    {
        Assert.IsType<HandOutcome.Done>(await ground.Hand.PayAsync(Account, reference, amountMinor, null, Stop));
        return ground.Callbacks[^1];
    }

    protected override async Task PassAsync(TimeSpan time) => await ground.After((long)time.TotalMilliseconds);

    /// <summary>Another node, which shares no token with this one, asks for one.</summary>
    protected override async Task<bool> EndTokenAsync()
    {
        await ground.Session().QueryAsync(new QueryTarget(Direction.Payout, "SO404", "CLABE", 1, 0), Stop);
        return Account.Settings.ContainsKey("tokenLifeMs");
    }

    private IEnumerable<SecretVersion> OldSecret => Account.Secrets.Valid(SandboxChannel.CallbackKey, ground.Clock.NowMs)
        .Select(value => new SecretVersion(SandboxChannel.CallbackKey, value, 0, ground.Clock.NowMs + 86_400_000));

    private static SecretVersion NewSecret => new(SandboxChannel.CallbackKey, Encoding.ASCII.GetBytes("another-secret-of-the-same-bank!"), 1, 0);

    private CallbackReading Read(ChannelAccount account, CallbackRequest callback) => ((ICallbacks)Open(account)).ReadCallback(callback);

    /// <summary>A server whose order takes whatever it is asked about.</summary>
    private ChannelAnswer Answer(CallbackRequest request) => Read(Account, request) is CallbackReading.Question question
        ? question.Answer(new QuestionedOrder
        {
            IsOpen = true, Way = "va", DueMinor = long.MaxValue, Currency = "MXN", ExpiresAtMs = long.MaxValue, MerchantName = "A shop",
        })
        : new ChannelAnswer(200);

    private CallbackRequest Signed(byte[] body)
    {
        var time = ground.Clock.NowMs.ToString(CultureInfo.InvariantCulture);
        var hex = Convert.ToHexStringLower(HMACSHA256.HashData(OldSecret.First().Value.Span, [.. Encoding.ASCII.GetBytes(time + "."), .. body]));
        return new CallbackRequest
        {
            Body = body, ReceivedAtMs = ground.Clock.NowMs, Headers = new Dictionary<string, string> { ["Sandbox-Signature"] = $"t={time},v1={hex}" },
        };
    }

    private static int ClabeSum(string number) =>
        number.Zip("371371371371371371").Take(17).Sum(p => (p.First - '0') * (p.Second - '0') % 10) + (number[17] - '0');

    [GeneratedRegex("^[A-Z0-9]{20,30}$")]
    private static partial Regex Shape();
}

/// <summary>A rail of signed movements, as it comes.</summary>
public sealed class SandboxAsItComes : SandboxCompliance;

/// <summary>A rail whose callbacks anybody could have sent.</summary>
public sealed class SandboxOfHints() : SandboxCompliance("callbacks", "hint")
{
    protected override bool CallbacksAreSigned => false;
}

/// <summary>A rail that tells what is there in all.</summary>
public sealed class SandboxOfTotals() : SandboxCompliance("amounts", "totals")
{
    protected override PayInAnswers PayInAnswers => PayInAnswers.Totals;
}

/// <summary>A rail whose queries say that it is paid and no more, and whose callbacks anybody could have sent.</summary>
public sealed class SandboxOfConfirmations() : SandboxCompliance("callbacks", "hint", "amounts", "none")
{
    protected override bool CallbacksAreSigned => false;

    protected override PayInAnswers PayInAnswers => PayInAnswers.Confirmations;
}

/// <summary>A rail that asks first, and hears what came of each callback.</summary>
public sealed class SandboxThatAsks() : SandboxCompliance("asks", "first", "answers", "results");

/// <summary>A rail that lists what moved, and whose pot for payouts can end.</summary>
public sealed class SandboxThatLists() : SandboxCompliance("listing", "since", "payoutFundsMinor", "100000000");

/// <summary>A rail whose calls need a token, and that takes so many calls and no more.</summary>
public sealed class SandboxOfTokens() : SandboxCompliance("tokenLifeMs", "60000", "sendsPerSecond", "20", "queriesPerSecond", "20");
