console.log('hi from bun', process.env.PULSE_CACHE_DIR)
