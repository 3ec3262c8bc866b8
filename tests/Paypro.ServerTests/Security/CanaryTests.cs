using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Paypro.Protocol.Countries;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Security;

/// <summary>
/// Goals, "Never": no secret, full account number or payer's identity number reaches a log. Every operation of every country is sent
/// personal data, right and broken, to a server that logs all it can; then every output and the stolen database are searched for it.
/// </summary>
public sealed class CanaryTests
{
    /// <summary>Of each operation, this many of its wrong requests about each personal field.</summary>
    private const int FaultsOfAField = 2;

    /// <summary>What a sandbox says of a wrong signature: the text that it signed, which the caller himself has sent, without the secret.</summary>
    private const string Explanations = "explanations of signatures";

    private const string Counting = "01234567890123456789";

    private const string Name = "Zzyzxina Canarias";
    private const string Email = "zzyzx.canary@payer.example";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task NothingPersonalAndNoKeyIsInAnyOutputOrInTheDatabase(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var masterKey = new MasterKeyFile();
        using var watch = new OutputWatch();
        await using var host = await SandboxHost.StartAsync(engine, database, [.. Loudest, $"--Paypro:MasterKeyFile={masterKey.Path}"]);
        var canaries = new HashSet<string>(StringComparer.Ordinal) { Name, Name.ToUpperInvariant(), Email };
        var (refusals, explanations) = (new List<string>(), new List<string>());
        var created = 0;
        foreach (var call in DocumentedCall.Every())
        {
            var document = await CountryDocument.OfAsync(call.Country);
            var operation = document.Describe(call.Operation);
            var merchant = document.Reference.Merchant!;
            var client = new SignedClient(host.Http, merchant.Number, merchant.Secret);
            foreach (var request in operation.Requests)
            {
                var body = FlatBody.Parse(request.Body.ToJsonString());
                Personalize(body, call.Operation, canaries);
                if (call.Operation.Creates)
                {
                    body = body.With("tradeNo", $"canary_{++created}");
                }

                var answer = await client.PostRawAsync(operation.Address, body.SignedWith(merchant.Secret).ToString());
                Assert.True(!call.Operation.Creates || answer.Code == "0000", answer.Text);

                // The same with a wrong signature, and broken off in the middle.
                explanations.Add((await client.PostRawAsync(operation.Address, body.With("sign", new string('0', 32)).ToString())).Text);
                refusals.Add((await client.PostRawAsync(operation.Address, body.ToString()[..^2])).Text);
            }

            foreach (var fault in call.Faults(isSandbox: true).Where(fault => IsPersonal(fault.Field)).GroupBy(fault => fault.Field.Name).SelectMany(faults => faults.Take(FaultsOfAField)))
            {
                var body = FlatBody.Parse(Encoding.UTF8.GetString(fault.Request.ToUtf8()));
                refusals.Add((await client.PostRawAsync(operation.Address, body.SignedWith(merchant.Secret).ToString())).Text);
            }
        }

        // Until payouts have been sent and told of, so that channels and notifications have logged what they do.
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await host.ReadAsync(context => Task.FromResult(context.Set<NotificationAttemptRow>().Any()))));
        Assert.True(created > 30 && canaries.Count > 20, $"{created} orders and {canaries.Count} canaries prove nothing.");

        // The log of merchants' calls has them too, wrong ones and right ones.
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await host.ReadAsync(context => context.ApiCalls.CountAsync(call => call.Body != "")) > created));

        // That nothing is filtered away, which the log's silence alone would not show.
        host.Get<ILoggerFactory>().CreateLogger("Paypro.Canary").LogTrace("Whoever logs is heard");
        var log = host.Log.Text;
        Assert.Contains("Whoever logs is heard", log, StringComparison.Ordinal);
        var dump = await DatabaseDump.ReadAsync(database);
        Assert.Contains("canary_1", dump[engine == Engine.Sqlite ? "orders" : "public.orders"], StringComparison.Ordinal);
        string[] secrets =
        [
            MasterKeyFile.Key, Encoding.Latin1.GetString(Convert.FromBase64String(MasterKeyFile.Key)), Convert.ToHexString(Convert.FromBase64String(MasterKeyFile.Key)),
            .. SandboxMerchants.Public.Select(merchant => merchant.Secret),
        ];
        var places = dump.Append(new("log", log)).Append(new("spans and metrics", watch.Text)).Append(new("refusals", string.Join('\n', refusals)))
            .Append(new(Explanations, string.Join('\n', explanations)));
        var found = from place in places
                    from canary in place.Key == Explanations ? secrets : canaries.Concat(secrets)
                    where place.Value.Contains(canary, StringComparison.OrdinalIgnoreCase)
                    select $"{canary} in {place.Key}: {Around(place.Value, canary)}";
        Assert.Equal("", string.Join('\n', found.Take(40)));
    }

    private static string[] Loudest =>
    [
        .. ((string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "System", "System.Net.Http", "Paypro", "Npgsql"])
            .Select(category => $"--Logging:LogLevel:{category}=Trace"),
    ];

    private static bool IsPersonal(Field field) => field.Role is FieldRole.Account or FieldRole.Name or FieldRole.FirstName or FieldRole.LastName
        or FieldRole.Mobile or FieldRole.Email or FieldRole.Identity or FieldRole.CustomerId;

    /// <summary>Names and addresses become ones that occur nowhere else; numbers keep the documented form and are searched for as they are.</summary>
    private static void Personalize(FlatBody body, Operation operation, HashSet<string> canaries)
    {
        foreach (var field in operation.Fields.Where(IsPersonal))
        {
            if (body.TextOf(field.Name) is not { Length: > 0 } text)
            {
                continue;
            }

            if (field.Role == FieldRole.Name)
            {
                _ = body.With(field.Name, Name);
            }
            else if (field.Role == FieldRole.Email)
            {
                _ = body.With(field.Name, Email);
            }
            else if (text.Count(char.IsAsciiDigit) >= 9 && !Counting.Contains(text, StringComparison.Ordinal))
            {
                // Shorter ones occur by chance within times and ids, and what only counts up within the examples of other tests.
                canaries.Add(text);
            }
        }
    }

    private static string Around(string text, string canary)
    {
        var at = text.IndexOf(canary, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 60)..Math.Min(text.Length, at + canary.Length + 20)].ReplaceLineEndings(" ");
    }
}
