namespace Paypro.Server.Demo;

/// <summary>What is special about a merchant of the demo.</summary>
[Flags]
internal enum DemoTraits
{
    None = 0,

    /// <summary>Its server does not take notifications in the last weeks.</summary>
    FailingReceiver = 1,

    /// <summary>It is stopped some weeks before the end.</summary>
    Stopped = 2,

    /// <summary>It has daily limits.</summary>
    Limited = 4,

    /// <summary>It gets new terms in the middle.</summary>
    NewTerms = 8,
}

/// <summary>A merchant number of the demo.</summary>
/// <param name="Business">Whose it is.</param>
/// <param name="Country">ISO 3166.</param>
/// <param name="OrdersADay">Pay-ins on a usual day in the middle of the history.</param>
/// <param name="Weekend">How much of a usual day comes on Saturdays and Sundays; 0 = closed.</param>
/// <param name="Size">Its usual amount beside the country's.</param>
/// <param name="Payouts">Payouts for each pay-in.</param>
/// <param name="Traits">What is special.</param>
internal sealed record DemoMerchant(string Business, string Country, double OrdersADay, double Weekend, double Size, double Payouts, DemoTraits Traits = DemoTraits.None)
{
    public string Name => $"{Business} {Country}";

    public bool Has(DemoTraits trait) => (Traits & trait) != 0;
}

/// <summary>What is made.</summary>
/// <param name="Days">How long before its end the history begins.</param>
/// <param name="Merchants">The first one's business has a user for each role.</param>
internal sealed record DemoPlan(int Days, IReadOnlyList<DemoMerchant> Merchants)
{
    /// <summary>Of the chance.</summary>
    public int Seed { get; init; } = 18;

    /// <summary>Ninety days of twenty merchants in every country.</summary>
    public static readonly DemoPlan Full = new(90,
    [
        new("Market A", "MX", 8, 1.2, 1, 0.15, DemoTraits.NewTerms),
        new("Market A", "BR", 7, 1.3, 1, 0.2),
        new("Market A", "ID", 4, 1.2, 0.8, 0.1),
        new("Courier B", "KE", 5, 0.6, 0.5, 0.5),
        new("Courier B", "NG", 4, 0.5, 0.6, 0.5),
        new("Courier B", "EG", 3, 0.7, 0.6, 0.4, DemoTraits.Limited),
        new("School C", "ID", 3, 0, 3, 0.05),
        new("School C", "PH", 3, 0, 3, 0.05),
        new("Games D", "VN", 5, 1.8, 0.3, 0.05),
        new("Games D", "KR", 4, 1.7, 0.3, 0.05, DemoTraits.Limited),
        new("Games D", "ID", 3, 1.8, 0.3, 0.05),
        new("Travel E", "IN", 5, 1.1, 3, 0.15, DemoTraits.NewTerms),
        new("Travel E", "BD", 3, 0.8, 2, 0.15),
        new("Travel E", "PK", 3, 0.9, 2, 0.15),
        new("Shop F", "MX", 3, 1.3, 0.7, 0.1, DemoTraits.FailingReceiver),
        new("Tickets G", "BR", 3, 2, 1.5, 0.1),
        new("Pharmacy H", "EG", 3, 1, 0.5, 0.1),
        new("Pharmacy H", "PK", 2, 1, 0.5, 0.1),
        new("Rides I", "PH", 4, 1.1, 0.3, 0.6),
        new("Hotel J", "NG", 3, 1.4, 4, 0.1, DemoTraits.Stopped),
    ]);

    /// <summary>What one pays usually, in whole units.</summary>
    public static long UsualUnits(string country) => country switch
    {
        "MX" => 450, "ID" => 150_000, "PK" => 2_500, "VN" => 400_000, "PH" => 900, "KE" => 1_500, "EG" => 600, "BR" => 140, "IN" => 1_200, "BD" => 1_100, "NG" => 12_000, "KR" => 45_000,
        _ => 100,
    };
}
