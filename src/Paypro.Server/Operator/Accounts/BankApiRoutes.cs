using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>The calls of the operator API that the screen has.</summary>
internal static class BankApiRoutes
{
    private const string Call = OperatorApiRoutes.Root + "/channels/{account:long}/banks";

    public static readonly IReadOnlyList<OperatorOperation> Calls =
    [
        new("GET", Call, Permissions.ChannelsSee, "getBankCodes", "What an account's rail calls the banks of the country's list.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return OperatorApi.Ok(new BankCodesWish(await BankCodesChange.CodesAsync(context, AccountApiRoutes.Account(c))));
        }) { Answers = typeof(BankCodesWish) },
        AccountApiRoutes.Proposal(
            "/banks", Permissions.ChannelsEdit, "changeBankCodes", "Proposes another table of bank codes, whole: a bank that is left out has none.", BankCodesChange.Name,
            new BankCodesRequest(new Dictionary<string, string> { ["BANAMEX"] = "40002" }, "the list of the contract"), (c, wish) => (BankCodesChange.SubjectOf(AccountApiRoutes.Account(c)), AccountApiRoutes.Json(new BankCodesWish(wish.Codes)), wish.Reason)),
    ];
}
