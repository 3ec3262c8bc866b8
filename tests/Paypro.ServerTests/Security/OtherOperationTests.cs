using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Orders;
using Paypro.Server.Reference;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Security;

/// <summary>
/// An MD5 signature does not say for which operation it is. Wherever one body is right for two operations, in either order, the second
/// is refused, unless it only reads.
/// </summary>
public sealed class OtherOperationTests(ApiHosts hosts)
{
    /// <summary>Where the documented members of a pay-in and a payout can stand in one body.</summary>
    private static readonly string[] PayInsThatCouldPayOut = ["ken-pay", "pak-pay", "brz-pay", "bgd-pay", "mex-pay"];

    private static long times = 1_728_700_000_000;

    public static TheoryData<Engine, string> Countries
    {
        get
        {
            var data = new TheoryData<Engine, string>();
            foreach (var segment in CountryCatalog.BuiltIn.Countries.Select(country => country.Segment))
            {
                data.Add(Engine.Sqlite, segment);
                data.Add(Engine.Postgres, segment);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Countries))]
    public async Task OneSignatureServesOneOperation(Engine engine, string segment)
    {
        var country = DocumentedCall.FindCountry(segment);
        var document = await CountryDocument.OfAsync(country);
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_000_000_00, country.IsoCode, new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
        await host.AddSubMerchantAsync(merchant, SandboxMerchants.SubMerchant);
        var client = merchant.Client;
        var pairs = new List<(OperationKind, OperationKind)>();
        foreach (var first in document.Reference.Operations)
        {
            foreach (var second in document.Reference.Operations.Where(o => o != first && !o.Operation.OnlyReads))
            {
                if (Both(country, first, second) is not { } body)
                {
                    continue;
                }

                pairs.Add((first.Operation.Kind, second.Operation.Kind));
                var text = body.SignedWith(merchant.Secret).ToString();
                var answer = await client.PostRawAsync(first.Address, text);
                Assert.True(answer.Code == "0000" || !first.Operation.Creates, $"{first.Id}: {answer.Text}");
                Assert.NotEqual(CreateResult.UsedElsewhere, answer.Message);

                answer = await client.PostRawAsync(second.Address, text);
                Assert.True((answer.Code, answer.Message) == ("8000", CreateResult.UsedElsewhere), $"{first.Id}, {second.Id}: {answer.Text}");

                // The body itself was right: signed anew, and for a number of its own, it is taken.
                if (second.Operation.Creates)
                {
                    answer = await client.PostRawAsync(second.Address, Renewed(body).SignedWith(merchant.Secret).ToString());
                    Assert.True(answer.Code == "0000", $"{second.Id} alone: {answer.Text}");
                }
            }
        }

        // A question is less than a creation, so that each creation can be sent to some question first.
        Assert.All(document.Reference.Operations.Where(o => o.Operation.Creates), o => Assert.Contains((OperationKind.QueryBalance, o.Operation.Kind), pairs));
        if (PayInsThatCouldPayOut.Contains(segment))
        {
            Assert.Contains(pairs, p => p is (OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn, OperationKind.CreatePayout));
            Assert.Contains(pairs, p => p is (OperationKind.CreatePayout, OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn));
        }
    }

    /// <summary>Documented examples of both in one body, with whichever value of a common member is right for both; null where there is none.</summary>
    private static FlatBody? Both(Country country, OperationReference first, OperationReference second)
    {
        foreach (var a in first.Requests)
        {
            foreach (var b in second.Requests)
            {
                var choices = a.Body.Concat(b.Body).GroupBy(m => m.Key).Select(m => Choices(m.Key, m.Select(v => v.Value!.ToJsonString())).ToList()).ToList();
                for (var at = 0; at < choices.Aggregate(1, (count, of) => count * of.Count); at++)
                {
                    var (body, rest) = (new FlatBody(), at);
                    foreach (var of in choices)
                    {
                        body.AddToken(of[rest % of.Count].Name, of[rest % of.Count].Token);
                        rest /= of.Count;
                    }

                    if (Fits(country, first.Operation, Renewed(body)) && Fits(country, second.Operation, body))
                    {
                        return body;
                    }
                }
            }
        }

        return null;

        IEnumerable<(string Name, string Token)> Choices(string name, IEnumerable<string> tokens)
        {
            var live = first.Operation.Fields.Concat(second.Operation.Fields).Where(f => f.Name == name && f.LiveExample is not null).Select(f => $"\"{f.LiveExample}\"");
            var distinct = tokens.Distinct().ToList();
            return (distinct.Count == 1 ? distinct : distinct.Concat(live).Distinct()).Select(token => (name, token));
        }
    }

    private static bool Fits(Country country, Operation operation, FlatBody body) => RequestReader.Read(
        country, operation, Protocol.FlatBody.Read(System.Text.Encoding.UTF8.GetBytes(body.ToString()), out _)!, new RequestContext(true, country.Banks), out _) is not null;

    private static FlatBody Renewed(FlatBody body)
    {
        var time = Interlocked.Increment(ref times).ToString(CultureInfo.InvariantCulture);
        return body.With("timestamp", time).With("tradeNo", $"pair{time}").With("refundNo", $"back{time}");
    }
}
