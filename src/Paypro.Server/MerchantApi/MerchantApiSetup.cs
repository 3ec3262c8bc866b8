using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.MerchantApi;

/// <summary>Registers and maps the merchant API.</summary>
internal static class MerchantApiSetup
{
    public static void AddMerchantApi(this IServiceCollection services)
    {
        services.AddSingleton<PageAddress>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<Gatekeeper>();
        services.AddSingleton<RequestAge>();
        services.AddSingleton<CallNotes>();
        services.AddSingleton<CreatePayInCall>();
        services.AddSingleton<CreatePayoutCall>();
        services.AddSingleton<QueryOrderCall>();
        services.AddSingleton<QueryByCodeCall>();
        services.AddSingleton<QueryBalanceCall>();
        services.AddSingleton<VerifyAccountCall>();
        services.AddSingleton<ProofCall>();
        services.AddSingleton<SubmitReferenceCall>();
        services.AddSingleton<CreateRefundCall>();
        services.AddSingleton<QueryRefundCall>();
        services.AddSingleton<CancelPayInCall>();
        services.AddSingleton<MerchantOperations>();
        services.AddSingleton<MerchantEndpoint>();
    }

    /// <summary>Everything that no other room mapped: operations are found by the countries' own paths, in any letter case.</summary>
    public static void MapMerchantApi(this WebApplication app)
    {
        // Made with the first call: it opens the database, which is checked only after the routes are mapped.
        app.Map("/{**path}", static http => http.RequestServices.GetRequiredService<MerchantEndpoint>().HandleAsync(http));
    }
}
