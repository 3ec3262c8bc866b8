namespace Paypro.UnitTests.Channels;

/// <summary>Original strings with their signatures, made once by a test key for the specification: they are verified with its public half.</summary>
internal static class SpeiVectors
{
    public const string PublicKey =
        """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnBX/MTTGVqhfvBYUzFlW
        dtKg6WsPaZxNajW5hN5tmKDazslEYOpEnlfACw+5OZc+1febuScZnY87LLYxZUi2
        mxLlatmzCtDbK+NQhJFSXpjPnDhnx8SkKp84CUnC7K10Y0Zn3ACb0WmJ1CUWMcGX
        twkRT9tYYrqy23RlZrQCZrvWBEObKPBWUB7GrmaYOEaIXABgZlsbQkM/9WwXTDyY
        EmfxzRtKN0R2IuCEGz9Fy5h0sKYIantveucEjJ4f+quNVyBSWbksT7CrTuhR5c++
        N/yMryMJ+axjkRR6g5ik0AT1pfHKkIwgaEqttlRoW00wkb6U2Eg8Es71BL2boCVL
        IwIDAQAB
        -----END PUBLIC KEY-----
        """;

    public static (string Name, string Original, string Signature)[] All { get; } =
    [
        ("registra, all usual fields",
            "||40072|PAYPROMX|||SOABCDEFGHIJKLMNOPQRSTUVWX23|90646|1234.50|1|40|EMPRESA DE PRUEBA|646180000000000012|ND|40|PERSONA DE PRUEBA|072000000000000025|ND||||||PAGO||||||1234567||T||3|0|||",
            "dBSIhS2Gkxbi6I8GEbD9QCKk8VAA65Tv8FJ5xQDzbpNv3vTNQWrwaod0HGFwh3dHidhpAxQ9ZCZsTFzTuYu3v7AJbq4M782kgFv/WYOKVcLGXXIdI1m4nWLanAWTvpzSt/ST41sVsvzKum6MEQHQfxmJfzAd/0iyTbHeWA2k5+ufr6BSQrpY8JEMU9Uebnrq4MhzSLbUzgqqk7NwnUx1tu1wpC7TreJZiJe+osRH3udZGp9p5erV1F+NdsW5dQPciky+sxVaToQeido75VucKp8C7izLONhEcsJhZvO+eL8easgpga2eNL+ZfXjSwdC8nt8A6T4rNWiIeNd9KJqC+A=="),
        ("registra, minimum, no topologia/medioEntrega/prioridad",
            "||40072|PAYPROMX|||SOABCDEFGHIJKLMNOPQRSTUVWX23|90646|1234.50|1|40|EMPRESA DE PRUEBA|646180000000000012|ND|40|PERSONA DE PRUEBA|072000000000000025|ND||||||PAGO||||||1234567||||||||",
            "aTtwtakyFNy3sAn47CO9qcAZDs/9VI2IIainfQepBrnBPiSmXRDnb9oOi1QJ0YusJqA98nSsxez7xS5wHx142YtWkSLkHMsm1OuhHIa+EDpNmw5F1pQbwX/3RWY0gWX7szPNvRdd5eMNwBuPs+9e9d9xxXPzqQW5IycIdIMEJ6VGBC00Pn2BfIn2D6FlbyaTlJwSf7x7U3r0dJjwIeVCg3XpHD202dwYhuSbCDoGJcaix4xyLUvYo7VGIPOtz9Jhe4HbHV19/LuzZjd6NadcqDi9I30RiSOE1f20yOlj8dx+9wuUD7XOGzvFcyJ33tCPBYdykswGakB7daRnov87AQ=="),
        ("consultaOrden, sent, today",
            "||PAYPROMX|SOABCDEFGHIJKLMNOPQRSTUVWX23|E|||",
            "fY867BH+EIMvn1EbM4X/D3gEnQpBsV+nuzzAaR+a7xZCI+o6aqfNby/MqG6193u5e1U0+ysxBReTL+bvME7gGOYm5457KNJHy2xPPJTnzk5KtJr4rvTAtZCAwkc8DG9jHClzxu9Unt+i9z7pFEmQMHJEJUW8+vShwuGnAdUDB4jE/wYa5+NmWnwl1DH3SjdXpVU0/bbLoX9ACn2Ph6+IxSS56o6RQdsSgfCtNK7zk5nmpbLksFMUqCW1PxLNL0eKzkk3acJofZ8k+tqJ1KfYu4M8fpZpOeFPDJO9rH78u79xWlppLyvWqEbfpweJQcBaGhYXcSXGAy7r/M3qxKh/sw=="),
        ("consultaOrden, sent, past day",
            "||PAYPROMX|SOABCDEFGHIJKLMNOPQRSTUVWX23|E|20261120||",
            "KEs75wHebQbJ9ooWlNEgDbGpiMcnWmxvszFLV0G7UJD0Jhns/uZZwstq/g6NhrcLLTOuKVX2PTBRU4Xxc9Xo0Qh7G2ttxBxrwf2rFI5r298/KvQWIaWGEXz92EULHw5qrYWFot4NgDlHqMeOO48E2F0eA/OIYZuGE2isjF8ODpesg/QuCy0uVXIOs4axq91p9KtCFch4DG8RmM36amGWmibknesVqA6Y50WyW63PGPG9kBlX9C0hwGcgdD2HKylpxcq+az8PZtvR8Jl2VpW2KXcgdmMG2JmUQiy22C7ezqKYZhN5sp8bKv/J0V4C0WQrCKSd8dTTTJMx3fZiI8hwOA=="),
        ("consultaOrden, received, past day",
            "||PAYPROMX|BNET0100261120000001|R|20261120||",
            "eXRStmYiGtP6xGC39hpG/C4FvcyN+VakRBNmho/REngx3I/b0ZqZVxkDloU+X1Q4UQxTR4Q2QOec2hLPCAZzMp2DKrCjl5dSUTp16hYCAXmt4xbnVZZa7AdPK2CG4V547Tb7hNucRk0ZN3jtdvOQS4JetwkQdz0+MEHcc/9kTya2f/Ve04JRIbXlzgXfQMzUVj8eZCvt7empCPl12pWGYeVRO7GMBI+1QTQygg4mw8DHLLvGDuQ0C2KkaiVS7Paxhp2esl3tjG1hcf3IcpblX+Z3jO9HnXfX6mFYsAkz7Lz0CXXtcqCdqZ+7d/gWaaDVXN48DVOLqOWDbjIftu/wag=="),
        ("V2/conciliacion, received, past day",
            "||PAYPROMX|R|20261120||",
            "ZfWRZAUrZPsdmO9sHtGYaI/eK7S0/UX7Sg70Ul1Os233jCIkPOWqJvqH3dj8XkN9n92uNFwgU8P5SWMmkRBTKh+d1Tp8rIDU8ce/761hWYeEfdL20uCOKYoj10x9+2xRTDOThgNZ2B1XdqNmBkrjoUf5EyMM2oKrDNI0z7LTBW8obRhg2OhpgsT7ADmcIgkqwulHT4UUZtccHWfSmQQxqQNDLS3EfungjjpgLDgAqQSEcTnul8G3XOFuqgt2nbYBQVGZvUrGRGYWynalmyZWX1dtUENi7ycQSjZNZvkPxBp26z7ipAYzGLeF/1bCZV2fBcFNXgHaoPLOS5e08pl35Q=="),
        ("V2/conciliacion, sent, today",
            "||PAYPROMX|E|||",
            "bCmQk0Ko1Ax7dXeAtEotGJ89dPiztorT6RyGrInCiOEYwP/+g1a0SfKbI8JMPLps3LnhYYT43VC94cRgBfYfmXu+HP+clJ6Ees04wO4FjijYxKd9wbrMh3MBIYTwd5ocTtPH73s7QfyU684UbH0z0/77w2wOiNu7I8zkgviRkZcGNVBRt1vGTgdi+jkGFZKn0bvYktz52CG1U/nz3zTix+Y9IAg+MX4VtgmKIiMJ3M3uWkxbWkydnT4s9nD2oyETLJTT/fuQ/kYC6l9doQ4gPSjn7Xu8ofQQC2nagOdGMNx41XR2kUv8FQu4z27KVw93wrYPYPzU45VpK48MDHPOyA=="),
        ("consultaSaldoCuenta, now",
            "||PAYPROMX|646180000000000012|||",
            "EpoTpMmAwuFuK//ewwHcBDGJWXInIxIdMKXbUYvO3WxfCWCz3PThM4/kReQ8MO/waH/8HKQFqZ0/ZFSJZ3t1zNcQ1FzjE7xXf1kUpAow8C4oOSOXGFpR2I/H0CVRj85v9YTQ15faCWs8L0apsCjPuj28ieNzU5tv8t0YJ7Jgx/Z6t0xuSXpfC8seacSLOXHDwmJsnN6ylOqSeTKAYfghScao5/WO12AcGMesqcWyeO9Dr4StdyXpEHtPFR0+ia+x0Q9hayBhw3Dx4cLW/XZiAs4OJDSPwtr71Oj8sPYFBUDRnFDgIUZilP45b3PMCPA/gbgTGVONJqUDdtVjJyPn8A=="),
    ];
}
