using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <param name="Base">The account.</param>
/// <param name="Lines">All, or those that lack a code.</param>
/// <param name="Lacking">How many lack one that a payout needs.</param>
/// <param name="All">How many there are.</param>
/// <param name="OnlyMissing">Whether only those without a code are shown.</param>
/// <param name="Looked">What a file would do; null for none.</param>
/// <param name="Csv">That file.</param>
internal sealed record AccountBanks(AccountModel Base, IReadOnlyList<BankLineView> Lines, int Lacking, int All, bool OnlyMissing, BankImportView? Looked, string Csv) : AccountModel(Base);

/// <summary>The screen of a channel account's table of banks.</summary>
internal sealed class BankScreens(AccountScreens screens, BankTable table, IContexts contexts)
{
    private const int LongestFile = 60_000;

    public Task<IResult> ShowAsync(Visit visit, string? problem = null) => ShowAsync(visit, problem, null, "");

    public async Task<IResult> SetAsync(Visit visit) => await AccountScreens.DoneAsync(
        visit, await table.SetAsync(visit.By, AccountScreens.NoOf(visit), new BankLineWish(visit.Field("bank"), visit.Field("code"), visit.Field("reason")), Answer<BankLineView>.Unkept), "/banks", "saved", ShowAsync);

    public async Task<IResult> RemoveAsync(Visit visit) => await AccountScreens.DoneAsync(
        visit, await table.RemoveAsync(visit.By, AccountScreens.NoOf(visit), new BankLineRemoval(visit.Field("bank"), ""), Answer<BankLineView>.Unkept), "/banks", "saved", ShowAsync);

    /// <summary>Looks at a file; nothing is changed.</summary>
    public async Task<IResult> LookAsync(Visit visit)
    {
        if (await UploadedFile.ReadAsync(visit.Form.Files) is not { Content.Length: <= LongestFile } file)
        {
            return await ShowAsync(visit, "csv: choose a file of at most 60 kB");
        }

        var csv = TextOf(file.Content);
        var looked = await table.ImportAsync(visit.By, AccountScreens.NoOf(visit), new BankImportWish(csv, true, ""), Answer<BankImportView>.Unkept);
        return await ShowAsync(visit, looked.Problem, looked.Value, csv);
    }

    public async Task<IResult> ImportAsync(Visit visit) => await AccountScreens.DoneAsync(
        visit, await table.ImportAsync(visit.By, AccountScreens.NoOf(visit), new BankImportWish(visit.Field("csv"), false, visit.Field("reason")), Answer<BankImportView>.Unkept), "/banks", "saved", ShowAsync);

    public async Task<IResult> ExportAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var account = AccountScreens.NoOf(visit);
        return await table.ListAsync(context, account) is { } lines ? new DownloadAnswer(BankRoutes.FileName(account), "text/csv; charset=utf-8", BankTable.File(lines)) : await ShowAsync(visit);
    }

    private Task<IResult> ShowAsync(Visit visit, string? problem, BankImportView? looked, string csv) => screens.ShowAsync<AccountBanksPage>(visit, problem, async (context, account) =>
    {
        var lines = await table.ListAsync(context, account.Account.Account) ?? [];
        var onlyMissing = visit.Http.Request.Query["missing"] == "yes";
        return new AccountBanks(account, [.. lines.Where(l => !onlyMissing || l.Code.Length == 0)], lines.Count(l => l.Lacks), lines.Count, onlyMissing, looked, csv);
    });

    private static string TextOf(byte[] content)
    {
        var bytes = content.AsSpan();
        bytes = bytes.StartsWith(System.Text.Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        return System.Text.Unicode.Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : System.Text.Encoding.Latin1.GetString(bytes);
    }
}

/// <summary>Where tables of banks are, and what each screen needs.</summary>
internal static class BankRoutes
{
    private const string One = "/operator/channels/{no:long}/banks";

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", One, Permissions.ChannelsSee, v => Screens(v).ShowAsync(v)),
        ("POST", One, Permissions.BanksEdit, v => Screens(v).SetAsync(v)),
        ("POST", One + "/remove", Permissions.BanksEdit, v => Screens(v).RemoveAsync(v)),
        ("POST", One + "/file", Permissions.BanksEdit, v => Screens(v).LookAsync(v)),
        ("POST", One + "/import/file", Permissions.BanksEdit, v => Screens(v).ImportAsync(v)),
        ("GET", One + "/export", Permissions.ChannelsSee, v => Screens(v).ExportAsync(v)),
    ];

    public static string FileName(long account) => string.Create(CultureInfo.InvariantCulture, $"banks-{account}.csv");

    public static void AddBankTables(this IServiceCollection services)
    {
        services.AddSingleton<BankTable>();
        services.AddSingleton<BankScreens>();
    }

    private static BankScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<BankScreens>();
}
