using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>What an account's rail calls the banks and wallets of the country's list.</summary>
/// <param name="Codes">The rail's codes by ours.</param>
internal sealed record BankCodesWish(IReadOnlyDictionary<string, string> Codes);

internal sealed record BankCodesRequest(IReadOnlyDictionary<string, string> Codes, string Reason);

internal sealed record AccountBanks(AccountModel Base, IReadOnlyDictionary<string, string> Codes, string Typed) : AccountModel(Base);

/// <summary>Gives an account another table of bank codes: it decides to which bank money goes.</summary>
internal sealed class BankCodesChange(AccountSettings settings) : IProposalKind
{
    public const string Name = "channel.banks";
    private const int Most = 1_000, Longest = 64;

    public string Kind => Name;

    public string Permission => Permissions.ChannelsEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long account) => AccountSettings.SubjectOf(account) + "/banks";

    public static async Task<IReadOnlyDictionary<string, string>> CodesAsync(PayproContext context, long account) => new SortedDictionary<string, string>(
        await context.ChannelBankCodes.AsNoTracking().Where(c => c.ChannelAccountId == account).ToDictionaryAsync(c => c.Ours, c => c.Theirs), StringComparer.Ordinal);

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var account = AccountSettings.AccountOf(subject);
        return await context.ChannelAccounts.AnyAsync(a => a.Id == account)
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(await CodesAsync(context, account)))))
            : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (account, codes) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        if (codes.Count > Most || codes.Any(c => c.Value is null || c.Value.Length is 0 or > Longest || !OutsideText.IsClean(c.Value)))
        {
            return "codes: there are too many, or one is empty or too long";
        }

        var row = await context.ChannelAccounts.AsNoTracking().SingleAsync(a => a.Id == account);
        var known = (await context.Banks.AsNoTracking().Where(b => b.Country == row.Country).Select(b => b.Code).ToListAsync()).ToHashSet(StringComparer.Ordinal);
        return codes.Keys.FirstOrDefault(ours => !known.Contains(ours)) is { } stranger
            ? $"codes: {OutsideText.Line(stranger, Longest)} is not in the list of banks of this country"
            : settings.ProblemOf(row, await context.ChannelSecrets.AsNoTracking().Where(s => s.ChannelAccountId == account).ToListAsync(), Rows(account, codes));
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, codes) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        var held = await context.ChannelBankCodes.Where(c => c.ChannelAccountId == account).ToListAsync();
        var before = held.ToDictionary(c => c.Ours, c => c.Theirs);
        context.ChannelBankCodes.RemoveRange(held.Where(c => !codes.ContainsKey(c.Ours)));
        foreach (var row in held.Where(c => codes.ContainsKey(c.Ours)))
        {
            row.Theirs = codes[row.Ours];
        }

        context.ChannelBankCodes.AddRange(Rows(account, codes).Where(c => !before.ContainsKey(c.Ours)));

        // Only what differs: the whole table may have a thousand lines.
        var differing = before.Keys.Union(codes.Keys).Where(ours => before.GetValueOrDefault(ours) != codes.GetValueOrDefault(ours)).Order(StringComparer.Ordinal).ToList();
        trail.Add(by, Name, proposal.Subject, Of(before), Of(codes), proposal.Reason);
        return null;

        SortedDictionary<string, string> Of(IReadOnlyDictionary<string, string> all) => new(differing.Where(all.ContainsKey).ToDictionary(ours => ours, ours => all[ours]), StringComparer.Ordinal);
    }

    private static IEnumerable<ChannelBankCodeRow> Rows(long account, IReadOnlyDictionary<string, string> codes) =>
        codes.Select(c => new ChannelBankCodeRow { ChannelAccountId = account, Ours = c.Key, Theirs = c.Value });

    private static IReadOnlyDictionary<string, string> Read(ProposalRow proposal) => JsonSerializer.Deserialize<BankCodesWish>(proposal.Change, OperatorJson.Options)!.Codes;
}

/// <summary>The screen of an account's bank codes.</summary>
internal sealed class BankScreens(AccountScreens screens)
{
    private const string Address = "/operator/channels/{no:long}/banks";

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> Routes =
    [
        ("GET", Address, Permissions.ChannelsSee, v => Of(v).ShowAsync(v)),
        ("POST", Address, Permissions.ChannelsEdit, v => Of(v).ChangeAsync(v)),
    ];

    private static BankScreens Of(Visit visit) => visit.Http.RequestServices.GetRequiredService<BankScreens>();

    private Task<IResult> ShowAsync(Visit visit, string? problem = null) => screens.ShowAsync<AccountBanksPage>(visit, problem, async (context, account) =>
    {
        var codes = await BankCodesChange.CodesAsync(context, account.Account.Account);
        return new AccountBanks(account, codes, visit.Form.ContainsKey("codes") ? visit.Field("codes") : AccountSettings.Text(codes));
    });

    private async Task<IResult> ChangeAsync(Visit visit) => AccountSettings.Lines(visit.Field("codes")) is { } typed
        ? await screens.ProposeAsync(visit, Permissions.ChannelsEdit, BankCodesChange.Name, BankCodesChange.SubjectOf(AccountScreens.NoOf(visit)), new BankCodesWish(typed), "/banks", ShowAsync)
        : await ShowAsync(visit, "Write one bank a line, as our code = the rail's code.");
}
