import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../explorer/explorer.css'
import '../../explorer/search/search.css'
import '../../explorer/signals/signals.css'
import '../../explorer/attackers/attackers.css'
import '../../explorer/cases/cases.css'
import '../../explorer/workflows/workflows.css'
import '../../explorer/settings/settings.css'
import '../../respond/respond.css'
import { askEarly } from '../../explorer/search/early.ts'

void import('../../explorer/draw.tsx')
// what is to be shown is on its way while that is loaded and drawn
askEarly()
