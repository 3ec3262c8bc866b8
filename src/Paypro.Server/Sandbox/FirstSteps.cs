using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>What a developer is told before the first call, in the terminal and on the first page.</summary>
internal sealed class FirstSteps(DatabasePlace place, SandboxMerchants merchants, Inboxes inboxes, TimeProvider time)
{
    /// <summary>Where the sandbox is reached.</summary>
    public string Root => inboxes.Root;

    /// <summary>One for each country.</summary>
    public IReadOnlyList<(Country Country, SandboxMerchant Merchant)> Merchants { get; } = [.. merchants.Here().Select(pair => (pair.Country, pair.Merchant))];

    /// <summary>How to begin anew, in a sentence.</summary>
    public string Reset => place.File is { } file
        ? $"Stop it with Ctrl+C, delete {file}, {Path.GetFileName(file)}-wal and {Path.GetFileName(file)}-shm, and start it again."
        : "Stop it with Ctrl+C and start it again with an empty database.";

    /// <summary>One line of curl, signed with the first merchant's real key: its country's simplest pay-in.</summary>
    public string Call()
    {
        var (country, merchant) = Merchants[0];
        var operation = country.FindOperation(OperationKind.CreatePayIn)!;
        var nowMs = time.NowMs();
        var members = SamplePages.SampleOf(operation, $"first-{nowMs}", inboxes.AddressOf(Inboxes.Examples), nowMs).ToList();
        members.Add(new("sign", Md5Signature.Compute(members, Encoding.UTF8.GetBytes(merchant.Secret))));
        var body = "{" + string.Join(",", members.Select(member => $"\"{member.Key}\":\"{member.Value}\"")) + "}";
        return $"curl -s {Root}/{country.Segment}{operation.Path} -H 'Content-Type: application/json' -H 'merchantNo: {merchant.No}' -d '{body}'";
    }
}
