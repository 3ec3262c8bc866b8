using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Security;

/// <summary>OWASP API2 (authentication): whoever can write the table of keys still cannot make one that opens, and keys change under load without a refusal.</summary>
public sealed class MerchantKeyRowsTests(ApiHosts hosts)
{
    private const string Trade = "key-rows";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AKeySwappedBetweenMerchantsLetsNobodyIn(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var one = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "secret-of-one"));
        var two = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "secret-of-two"));
        Assert.Equal(("0000", "0000"), ((await one.CreateAsync(Trade)).Code, (await two.CreateAsync(Trade)).Code));

        await ChangeAsync(host, one, two, (first, second) => (first.Sealed, second.Sealed) = (second.Sealed, first.Sealed));

        foreach (var (no, secret) in new[] { (one, one.Secret), (one, two.Secret), (two, one.Secret), (two, two.Secret) }.Select(pair => (pair.Item1.NoText, pair.Item2)))
        {
            var answer = await new SignedClient(host.Http, no, secret).PostAsync(TestMerchant.PayIn, TestMerchant.PayInBody(Trade));
            Assert.Equal("8000", answer.Code);
            Assert.StartsWith("sign: the merchant or its sign is wrong", answer.Message, StringComparison.Ordinal);
        }

        await ChangeAsync(host, one, two, (first, second) => (first.Sealed, second.Sealed) = (second.Sealed, first.Sealed));
        Assert.Equal(("0000", "0000"), ((await one.CreateAsync(Trade)).Code, (await two.CreateAsync(Trade)).Code));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AChangedKeyRowIsNoKey(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var (one, two) = (await host.AddMerchantAsync(), await host.AddMerchantAsync());
        byte[] original = [];
        var masterKey = "";
        await ChangeAsync(host, one, two, (row, _) => (original, masterKey) = (row.Sealed, row.MasterKeyId));

        // 12 bytes of nonce, 16 of tag, then the ciphertext.
        (string What, Action<MerchantKeyRow> Do)[] changes =
        [
            ("nonce", row => row.Sealed = Flipped(original, 0)), ("tag", row => row.Sealed = Flipped(original, 12)),
            ("ciphertext", row => row.Sealed = Flipped(original, original.Length - 1)), ("cut", row => row.Sealed = original[..27]),
            ("empty", row => row.Sealed = []), ("plain", row => row.Sealed = "secret-of-the-test"u8.ToArray()), ("longer", row => row.Sealed = [.. original, 0]),
            ("unknown master key", row => row.MasterKeyId = "nobody"), ("ended", row => row.ValidToMs = 1), ("not begun", row => row.ValidFromMs = long.MaxValue),
            ("another algorithm", row => row.Algorithm = SigningAlgorithm.HmacSha256), ("begun earlier", row => row.ValidFromMs = -1),
            ("with an end", row => row.ValidToMs = long.MaxValue), ("not the one that signs", row => row.Signs = false),
        ];
        foreach (var (what, change) in changes)
        {
            await ChangeAsync(host, one, two, (row, _) => change(row));
            var answer = await one.CreateAsync(Trade);
            Assert.True(answer.Code == "8000" && answer.Message!.StartsWith("sign: the merchant or its sign is wrong", StringComparison.Ordinal), $"{what}: {answer.Text}");
            Assert.Equal("0000", (await two.CreateAsync(Trade)).Code);
            await ChangeAsync(host, one, two, (row, _) => (row.Sealed, row.MasterKeyId, row.ValidFromMs, row.ValidToMs, row.Algorithm, row.Signs) = (original, masterKey, 0, 0, SigningAlgorithm.Md5, true));
            Assert.Equal("0000", (await one.CreateAsync(Trade)).Code);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnEndedKeyCannotBeProlonged(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var (one, two) = (await host.AddMerchantAsync(), await host.AddMerchantAsync());
        await ChangeAsync(host, one, two, (row, _) => host.The<KeyMaker>().Change(row, r => r.ValidToMs = 1));
        Assert.Equal("8000", (await one.CreateAsync(Trade)).Code);
        foreach (var validToMs in new[] { 0, long.MaxValue })
        {
            await ChangeAsync(host, one, two, (row, _) => row.ValidToMs = validToMs);
            Assert.Equal("8000", (await one.CreateAsync(Trade)).Code);
        }

        await ChangeAsync(host, one, two, (row, _) => row.ValidToMs = 1);
        await ChangeAsync(host, one, two, (row, _) => host.The<KeyMaker>().Change(row, r => r.ValidToMs = 0));
        Assert.Equal("0000", (await one.CreateAsync(Trade)).Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AKeyIsChangedUnderLoadWithoutARefusal(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "the-old-secret"));
        var secret = "the-old-secret";
        var (stop, sent) = (false, 0);
        var withTheNewKey = new bool[4];
        var refused = new List<string>();
        var senders = Enumerable.Range(0, withTheNewKey.Length).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; !Volatile.Read(ref stop); i++)
            {
                var mine = Volatile.Read(ref secret);
                var client = new SignedClient(host.Http, merchant.NoText, mine);
                var answer = await client.PostAsync(TestMerchant.PayIn, TestMerchant.PayInBody($"load-{sender}-{i}"));
                Interlocked.Increment(ref sent);
                Volatile.Write(ref withTheNewKey[sender], mine == "the-new-secret");
                if (answer.Code != "0000")
                {
                    lock (refused)
                    {
                        refused.Add(answer.Text);
                    }
                }
            }
        })).ToArray();

        await SentAsync(20);
        await host.The<ConfigStore>().SaveAsync(async context =>
        {
            host.The<KeyMaker>().Change(await context.MerchantKeys.SingleAsync(k => k.MerchantNo == merchant.No), row => row.Signs = false);
            context.MerchantKeys.Add(host.The<KeyMaker>().Make((merchant.No * 10) + 1, merchant.No, SigningAlgorithm.Md5, "the-new-secret", signs: true, validFromMs: 1));
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal("the-new-secret", System.Text.Encoding.UTF8.GetString(host.The<SnapshotStore>().Current.Merchant(merchant.No)!.SigningKey(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())!.Secret));
        await SentAsync(20);
        Volatile.Write(ref secret, "the-new-secret");

        // The old key may end when the last request that it signed was answered.
        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() => Task.FromResult(Array.TrueForAll(withTheNewKey, so => so))));
        await host.The<ConfigStore>().SaveAsync(async context =>
            host.The<KeyMaker>().Change(await context.MerchantKeys.SingleAsync(k => k.MerchantNo == merchant.No && !k.Signs), row => row.ValidToMs = 1));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await SentAsync(20);
        Volatile.Write(ref stop, true);
        await Task.WhenAll(senders);

        Assert.Empty(refused);
        Assert.Equal(sent, await host.CountOrdersAsync(merchant));
        Assert.Equal("8000", (await merchant.CreateAsync("with-the-old-key")).Code);

        async Task SentAsync(int more)
        {
            var goal = Volatile.Read(ref sent) + more;
            Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() => Task.FromResult(Volatile.Read(ref sent) >= goal)));
        }
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 1;
        return copy;
    }

    private static async Task ChangeAsync(ApiHost host, TestMerchant one, TestMerchant two, Action<MerchantKeyRow, MerchantKeyRow> change)
    {
        await host.The<ConfigStore>().SaveAsync(async context => change(
            await context.MerchantKeys.SingleAsync(k => k.MerchantNo == one.No), await context.MerchantKeys.SingleAsync(k => k.MerchantNo == two.No)));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
