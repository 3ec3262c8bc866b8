using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>The calls of the operator API about channel accounts' tables of banks.</summary>
internal static class BankApiRoutes
{
    private const string Call = OperatorApiRoutes.Root + "/channels/{account:long}/banks";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Call, Permissions.ChannelsSee, "listBankCodes", "What an account's rail calls the banks of our list; those without a line too.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await Table(s).ListAsync(context, Account(c)) is { } lines ? OperatorApi.Ok(new Listed<BankLineView>(lines, null)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "account: there is no such channel account");
        }) { Answers = typeof(Listed<BankLineView>) },
        new("POST", Call, Permissions.BanksEdit, "setBankCode", "Says what an account's rail calls a bank.", async (s, c) =>
            OperatorApi.Of(await Table(s).SetAsync(c.By, Account(c), c.Read<BankLineWish>(), c.Keeping<BankLineView>(200)), 200)) { Example = new BankLineWish("BANXICO", "2001", "the rail's list of this year"), Answers = typeof(BankLineView) },
        new("POST", Call + "/remove", Permissions.BanksEdit, "removeBankCode", "Takes a bank's line away.", async (s, c) =>
            OperatorApi.Of(await Table(s).RemoveAsync(c.By, Account(c), c.Read<BankLineRemoval>(), c.Keeping<BankLineView>(200)), 200)) { Example = new BankLineRemoval("BANXICO", "the rail does not pay to it any more"), Answers = typeof(BankLineView) },
        new("POST", Call + "/import", Permissions.BanksEdit, "importBankCodes", "Takes a file of bank codes over, all of it or nothing; or only looks at it.", async (s, c) =>
            OperatorApi.Of(await Table(s).ImportAsync(c.By, Account(c), c.Read<BankImportWish>(), c.Keeping<BankImportView>(200)), 200)) { Example = new BankImportWish("bank,code\nBANXICO,2001\n", true, ""), Answers = typeof(BankImportView) },
        new("GET", Call + "/export", Permissions.ChannelsSee, "exportBankCodes", "The table as a file that can be imported again.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await Table(s).ListAsync(context, Account(c)) is { } lines ? new DownloadAnswer(BankRoutes.FileName(Account(c)), "text/csv; charset=utf-8", BankTable.File(lines)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "account: there is no such channel account");
        }),
    ];

    private static BankTable Table(IServiceProvider services) => services.GetRequiredService<BankTable>();

    private static long Account(OperatorCall call) => long.Parse((string)call.Request.RouteValues["account"]!, CultureInfo.InvariantCulture);
}
