using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.RuleWork;

/// <summary>Where the screens of the block list and of rules are, and what each needs.</summary>
internal static class RuleRoutes
{
    private const string OfMerchant = "/operator/merchants/{no:long}/rules", OfList = "/operator/block-list";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.MerchantsSee, new ScreenLink(OfList, "Block list")),
    ];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", OfList, Permissions.MerchantsSee, v => Rules(v).BlockListAsync(v)),
        ("POST", OfList, Permissions.BlockListEdit, v => Rules(v).AddAsync(v)),
        ("POST", OfList + "/find", Permissions.MerchantsSee, v => Rules(v).FindAsync(v)),
        ("POST", OfList + "/remove", Permissions.BlockListEdit, v => Rules(v).RemoveAsync(v)),
        ("GET", OfMerchant, Permissions.MerchantsSee, v => Rules(v).RulesAsync(v)),
        ("POST", OfMerchant + "/tighten", Permissions.RulesEdit, v => Rules(v).TightenAsync(v)),
        ("POST", OfMerchant + "/loosen", Permissions.RulesEdit, v => Rules(v).LoosenAsync(v)),
    ];

    public static void AddRuleWork(this IServiceCollection services)
    {
        services.AddSingleton<BlockListChanges>();
        services.AddSingleton<RuleChanges>();
        services.AddSingleton<RuleScreens>();
        services.AddSingleton<IProposalKind, BlockListRemoval>();
        services.AddSingleton<IProposalKind, RuleLoosening>();
    }

    private static RuleScreens Rules(Visit visit) => visit.Http.RequestServices.GetRequiredService<RuleScreens>();
}
