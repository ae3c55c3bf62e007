"""What fans pay: unlocks, tips and the charges of subscriptions; refunds, fees, processors and their settlement."""
