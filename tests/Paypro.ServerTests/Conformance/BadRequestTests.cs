using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Reference;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Conformance;

/// <summary>
/// Every rule of every country's file, broken on purpose: a sandbox on one engine, a live installation on the other, since what is
/// refused stores no order.
/// </summary>
public sealed class BadRequestTests(ApiHosts hosts)
{
    /// <summary>Without this the other test could pass by finding nothing to send.</summary>
    [Theory]
    [MemberData(nameof(DocumentedCall.All), MemberType = typeof(DocumentedCall))]
    public void EveryRuleHasARequestThatBreaksIt(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);

        var sandbox = FaultFinder.Find(call.Country, call.Operation, isSandbox: true, out var unbrokenInSandbox);
        var live = FaultFinder.Find(call.Country, call.Operation, isSandbox: false, out var unbrokenLive);

        Assert.True(unbrokenInSandbox.Count + unbrokenLive.Count == 0, string.Join(Environment.NewLine, unbrokenInSandbox.Concat(unbrokenLive)));
        Assert.NotEmpty(sandbox);
        Assert.NotEmpty(live);
    }

    [Theory]
    [MemberData(nameof(DocumentedCall.All), MemberType = typeof(DocumentedCall))]
    public async Task ASandboxNamesTheFieldAndStoresNothing(string segment, string path) =>
        Assert.Equal("", await BreakAsync(DocumentedCall.Find(segment, path), isSandbox: true));

    [Theory]
    [MemberData(nameof(DocumentedCall.All), MemberType = typeof(DocumentedCall))]
    public async Task ALiveInstallationNamesTheFieldAndStoresNothing(string segment, string path) =>
        Assert.Equal("", await BreakAsync(DocumentedCall.Find(segment, path), isSandbox: false));

    /// <summary>What was not as it should be; empty when all was.</summary>
    private async Task<string> BreakAsync(DocumentedCall call, bool isSandbox)
    {
        var problems = new List<string>();
        var host = isSandbox ? await hosts.SandboxAsync(Engine.Sqlite) : await hosts.LiveAsync(Engine.Postgres);
        var merchant = await host.AddMerchantAsync(1_000_000_00, call.Country.IsoCode, new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
        await Parallel.ForEachAsync(call.Faults(isSandbox), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (fault, _) =>
        {
            var body = FlatBody.Parse(Encoding.UTF8.GetString(fault.Request.ToUtf8()));
            if (!isSandbox && fault.Field.Role != FieldRole.Timestamp && body.TextOf("timestamp") is not null)
            {
                // A documented example is years old: that would be said before anything else.
                body.With("timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }

            var answer = await merchant.Client.PostRawAsync(call.Address, body.SignedWith(merchant.Secret).ToString());
            if (answer.Code != "8000" || answer.Message != $"{fault.Field.Name}: {fault.Sentence}")
            {
                lock (problems)
                {
                    problems.Add($"{fault.Field.Name} {fault.Shown}: {(int)answer.Http} {answer.Text}");
                }
            }
        });
        if (await host.CountOrdersAsync(merchant) is not 0 and var stored)
        {
            problems.Add($"{stored} orders stored");
        }

        return string.Join(Environment.NewLine, problems);
    }
}
