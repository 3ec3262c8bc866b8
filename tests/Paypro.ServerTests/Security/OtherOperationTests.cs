using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Server.PayIns;
using Paypro.Server.Reference;
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
        var merchant = CountryDocument.MerchantOf(country);
        var client = new SignedClient((await hosts.SandboxAsync(engine)).Http, merchant.Number, merchant.Secret);
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
        if (segment == "ken-pay")
        {
            Assert.Contains((OperationKind.CreatePayIn, OperationKind.CreatePayout), pairs);
            Assert.Contains((OperationKind.CreatePayout, OperationKind.CreatePayIn), pairs);
        }
    }

    /// <summary>A documented example of the one, with the members of the other's; null where no such body is right for both.</summary>
    private static FlatBody? Both(Country country, OperationReference first, OperationReference second)
    {
        foreach (var a in first.Requests)
        {
            foreach (var b in second.Requests)
            {
                foreach (var (under, over) in new[] { (a, b), (b, a) })
                {
                    var members = under.Body.DeepClone().AsObject();
                    foreach (var (name, value) in over.Body)
                    {
                        members[name] = value?.DeepClone();
                    }

                    var body = Renewed(FlatBody.Parse(members.ToJsonString()));
                    if (Fits(country, first.Operation, body) && Fits(country, second.Operation, body))
                    {
                        return body;
                    }
                }
            }
        }

        return null;
    }

    private static bool Fits(Country country, Operation operation, FlatBody body) => RequestReader.Read(
        country, operation, Protocol.FlatBody.Read(System.Text.Encoding.UTF8.GetBytes(body.ToString()), out _)!, new RequestContext(true, country.Banks), out _) is not null;

    private static FlatBody Renewed(FlatBody body)
    {
        var time = Interlocked.Increment(ref times).ToString(CultureInfo.InvariantCulture);
        return body.With("timestamp", time).With("tradeNo", $"pair{time}");
    }
}
