using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>Each field missing, empty, too long, of the wrong kind and of a wrong value: a sentence that names it, and nothing stored.</summary>
public sealed class BadFieldTests(ApiHosts hosts)
{
    private static readonly string[] Missing = ["", "null", "\"\""];

    /// <summary>Operation, required fields, and the greatest length of each text field.</summary>
    private static readonly (string Path, Func<FlatBody> Body, string[] Required, (string Name, int Length)[] Longest)[] Operations =
    [
        (PayIn, () => PayInBody("bad"), ["tradeNo", "amount", "wayCode", "notifyUrl", "timestamp"],
            [("tradeNo", 128), ("amount", 64), ("wayCode", 32), ("notifyUrl", 2048), ("returnUrl", 2048), ("mobile", 32), ("email", 254), ("payer", 128), ("remark", 512)]),
        (Link, () => PayInBody("bad").Without("wayCode"), ["tradeNo", "amount", "notifyUrl", "timestamp"],
            [("tradeNo", 128), ("wayCode", 32), ("returnUrl", 2048)]),
        (Payout, () => PayoutBody("bad"), ["tradeNo", "amount", "wayCode", "customerName", "customerAccountType", "customerAccount", "notifyUrl", "timestamp"],
            [("tradeNo", 128), ("wayCode", 64), ("customerName", 128), ("customerMobile", 32), ("customerEmail", 254), ("customerAccountType", 16),
                ("customerAccount", 64), ("identity", 64), ("notifyUrl", 2048), ("remark", 512)]),
        (QueryPayIn, () => new FlatBody(("tradeNo", "bad")), ["tradeNo", "timestamp"], [("tradeNo", 128)]),
        (QueryPayout, () => new FlatBody(("tradeNo", "bad")), ["tradeNo", "timestamp"], [("tradeNo", 128)]),
        (Balance, () => new FlatBody(), ["timestamp"], []),
    ];

    /// <summary>Values that are not what the documentation asks for, as JSON tokens.</summary>
    private static readonly (string Path, string Name, string[] Tokens)[] Wrong =
    [
        (PayIn, "tradeNo", ["\"with blank\"", "\"número\"", "\"\\u0007\""]),
        (PayIn, "amount", ["0", "-1", "\"-1\"", "1.5", "\"1.5\"", "\"3e2\"", "\" 300\"", "\"300 \"", "\"abc\"", "\"0x10\"", "\"1,000\"", "1e400", "99999999999999999999"]),
        (PayIn, "wayCode", ["\"oxxo\"", "\"spei\"", "7"]),
        (PayIn, "notifyUrl", ["\"example.com\"", "\"ftp://example.com\"", "\"https://user:secret@example.com/\"", "\"javascript:alert(1)\"", "\"http://\""]),
        (PayIn, "returnUrl", ["\"/back\"", "\"javascript:alert(1)\""]),
        (PayIn, "timestamp", ["\"now\"", "12", "-1", "1.5", "\"99999999999999\""]),
        (Payout, "amount", ["0", "\"-1\"", "\"1.5\""]),
        (Payout, "wayCode", ["\"NOSUCHBANK\""]),
        (Payout, "customerAccountType", ["\"IBAN\"", "\"clave\""]),
        (Payout, "notifyUrl", ["\"mailto:a@b.example\""]),
    ];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ABadFieldIsNamedAndNothingIsStored(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        var problems = new List<string>();
        foreach (var (path, makeBody, required, longest) in Operations)
        {
            foreach (var name in required)
            {
                foreach (var token in Missing)
                {
                    await ExpectAsync(path, makeBody, name, token, "is required");
                }
            }

            foreach (var (name, length) in longest)
            {
                await ExpectAsync(path, makeBody, name, $"\"{new string('x', length + 1)}\"", $"must be at most {length} characters");
            }

            foreach (var name in required.Concat(longest.Select(l => l.Name)).Distinct())
            {
                await ExpectAsync(path, makeBody, name, "true", "must be");
            }
        }

        foreach (var (path, name, tokens) in Wrong)
        {
            foreach (var token in tokens)
            {
                await ExpectAsync(path, Operations.First(o => o.Path == path).Body, name, token, "");
            }
        }

        Assert.Empty(problems);
        Assert.Equal(0, await host.CountOrdersAsync(merchant));

        async Task ExpectAsync(string path, Func<FlatBody> makeBody, string name, string token, string sentence)
        {
            var body = makeBody();
            if (body.TextOf("timestamp") is null)
            {
                body.Add("timestamp", "1728609257212");
            }

            body.Without(name);
            if (token.Length > 0)
            {
                body.AddToken(name, token);
            }

            var answer = await merchant.Client.PostRawAsync(path, body.SignedWith(merchant.Secret).ToString());
            if (answer.Code != "8000" || !answer.Message!.StartsWith($"{name}: {sentence}", StringComparison.Ordinal) || answer.Envelope.GetProperty("success").GetBoolean())
            {
                problems.Add($"{path} {name}={(token.Length > 60 ? token[..60] : token)}: {(int)answer.Http} {answer.Text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APayoutsClabeMustBeRightAndFitItsBank(Engine engine)
    {
        const string bbvaClabe = "012180001234567899", oneDigitWrong = "012180001234567890", nobodysPrefix = "999180001234567899";
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);

        var wrongDigit = await PayAsync("BANXICO", oneDigitWrong);
        var wrongPrefix = await PayAsync("BANXICO", nobodysPrefix);
        var otherBank = await PayAsync("BANXICO", bbvaClabe);
        var right = await PayAsync("40012", bbvaClabe);

        Assert.Equal(("8000", "customerAccount: must be a CLABE: 18 digits with a right check digit"), (wrongDigit.Code, wrongDigit.Message));
        Assert.Equal(("8000", true), (wrongPrefix.Code, wrongPrefix.Message!.StartsWith("customerAccount: must", StringComparison.Ordinal)));
        Assert.Equal(("8000", true), (otherBank.Code, otherBank.Message!.StartsWith("customerAccount: is an account at", StringComparison.Ordinal)));
        Assert.Equal("0000", right.Code);

        Task<ApiAnswer> PayAsync(string bank, string clabe) => merchant.Client.PostAsync(
            Payout, PayoutBody("clabe").With("wayCode", bank).With("customerAccountType", "CLABE").With("customerAccount", clabe));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AWaysLimitsAreTold(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();

        var tooMuch = await merchant.CreateAsync("much", "10001", "store");
        var most = await merchant.CreateAsync("much", "10000", "store");

        Assert.Equal(("8000", "amount: must be at most 10000"), (tooMuch.Code, tooMuch.Message));
        Assert.Equal("0000", most.Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnUnknownOrderAndOneOfAnotherMerchantAreTheSame(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var (owner, outsider) = (await host.AddMerchantAsync(), await host.AddMerchantAsync());
        Assert.Equal("0000", (await owner.CreateAsync("mine")).Code);

        var strange = await outsider.AskAsync(QueryPayIn, "mine");
        var unknown = await outsider.AskAsync(QueryPayIn, "nobodys");
        var otherDirection = await owner.AskAsync(QueryPayout, "mine");

        Assert.Equal(("8000", "8000", "8000"), (strange.Code, unknown.Code, otherDirection.Code));
        Assert.StartsWith("tradeNo:", strange.Message, StringComparison.Ordinal);
        Assert.Equal(unknown.Message, strange.Message);
        Assert.Equal("{}", strange.Envelope.GetProperty("data").GetRawText());
    }
}
